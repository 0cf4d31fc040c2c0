import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { ERRORS, OPERATIONS } from '@slipway/spec';
import { serveForTest } from '../testing/served-operations.ts';
import { escapeHtml, renderFieldTable } from './docs-fields.ts';

test('GET /docs is one page with every operation and error, which loads nothing and runs nothing', async (t) => {
  const { origin } = await serveForTest(t);
  const response = await fetch(`${origin}/docs`);
  const html = await response.text();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
  for (const id of Object.keys(OPERATIONS)) assert.ok(html.includes(`<article id="${id}">`), id);
  for (const code of Object.keys(ERRORS)) assert.ok(html.includes(`<code>${code}</code>`), code);
  assert.doesNotMatch(html, /<script|<img|<link|<iframe|<object|\son\w+=|\sstyle=|url\(|@import|https?:/i);
  assert.ok(html.length < 1_000_000, `${html.length} characters`);
});

test('the policy of the page allows its own style by hash, and nothing else', async (t) => {
  const { origin } = await serveForTest(t);
  const response = await fetch(`${origin}/docs`);
  const [, style = ''] = /<style>([^<]*)<\/style>/.exec(await response.text()) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = response.headers.get('content-security-policy') ?? '';
  assert.ok(policy.includes(`style-src 'sha256-${hash}'`), policy);
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|script-src|https?:|\*/);
});

test('every link of the page leads somewhere on it, every id is there once, and elements are closed', async (t) => {
  const { origin } = await serveForTest(t);
  const html = await (await fetch(`${origin}/docs`)).text();
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id ?? '');
  assert.equal(new Set(ids).size, ids.length);
  for (const [, target = ''] of html.matchAll(/href="#([^"]*)"/g)) assert.ok(ids.includes(target), target);
  const open: string[] = [];
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
    if (name === 'meta') continue;
    if (slash === '') open.push(name);
    else assert.equal(open.pop(), name);
  }
  assert.deepEqual(open, []);
});

test('renderFieldTable() shows inner fields, and escapes every text', () => {
  const inner = { type: 'object', properties: { deep: { type: 'string', description: '<b>"\'&' } } };
  const table = renderFieldTable('A <table>', {
    type: 'object',
    properties: { list: { type: 'array', items: inner } },
  });
  assert.match(table, /<code>list\[\]\.deep<\/code>/);
  assert.match(table, /&lt;b&gt;&quot;&#39;&amp;/);
  assert.match(table, /<caption>A &lt;table&gt;<\/caption>/);
  assert.equal(escapeHtml(''), '');
});
