/** Calls inside a project, declared beside the app they are made to. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCommandBench, type CommandBench } from './command-bench.ts';

const IMAGE = 'registry.example/fake/good:1';

/** `stock` with these lines below it. */
async function declare(bench: CommandBench, lines: readonly string[]): Promise<void> {
  const text = ['apps:', '  stock:', `    image_reference: ${IMAGE}`, ...lines.map((line) => `    ${line}`), ''];
  await writeFile(join(bench.folder, 'slipway.yaml'), text.join('\n'));
}

async function meshOf(bench: CommandBench, project?: string): Promise<Record<string, unknown>> {
  const flags = project === undefined ? [] : ['--project', project];
  const mesh = JSON.parse(await bench.must('mesh', 'get', 'stock', '-o', 'json', ...flags)) as Record<string, unknown>;
  const { app_name: _app, entity_tag: _tag, href: _href, project_id: _project, resource_type: _type, ...set } = mesh;
  return set;
}

/** Without a context `deploy` would set up a platform on this machine. Nothing listens there: the bench has its own client. */
async function logInElsewhere(bench: CommandBench): Promise<void> {
  const folder = join(bench.folder, '.config/slipway');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify({ contexts: { bench: { url: 'http://127.0.0.1:9' } } }));
  Object.assign(bench.env, { SLIPWAY_CONTEXT: 'bench' });
}

const DECLARED = ['mesh:', '  callers: [web]', '  timeout_milliseconds: 500', '  retries: {attempts: 2}'];
const RETRIES = { any_method: false, attempts: 2, budget_percent: 20 };

test('apply states who may call, and what is left out of mesh has its default', async (t) => {
  const bench = await openCommandBench(t);
  await declare(bench, DECLARED);
  const before = await bench.run('diff');
  assert.match(before.out, /^\+ {3}mesh\.callers:\n\+ {5}- web$/m);
  await bench.must('apply');
  assert.deepEqual(await meshOf(bench), { callers: ['web'], timeout_milliseconds: 500, retries: RETRIES });
  assert.deepEqual([(await bench.run('diff')).code, await bench.must('apply')], [0, 'unchanged app "stock"\n']);

  const revisions = await bench.must('revision', 'list');
  await declare(bench, ['mesh:', '  callers: []', '  outliers: {}']);
  const { code, out } = await bench.run('diff');
  assert.equal(code, 1);
  assert.match(out, /^- {3}mesh\.timeout_milliseconds: 500$/m);
  assert.match(out, /^\+ {3}mesh\.callers: \[\]$/m);
  assert.equal(await bench.must('apply'), 'updated app "stock"\n');
  const outliers = { consecutive_errors: 5, error_percent: 50, requests_min: 20, ejection_seconds: 30 };
  assert.deepEqual(await meshOf(bench), { callers: [], outliers });
  assert.equal((await bench.run('diff')).code, 0);
  assert.equal(await bench.must('revision', 'list'), revisions, 'it is no change of what runs');

  await bench.must('mesh', 'set', 'stock', '--timeout', '3s');
  assert.equal((await bench.run('diff')).out, '~ app "stock" is changed\n-   mesh.timeout_milliseconds: 3000\n');
});

test('mesh that was never declared is left to others, and goes back to its default when it no longer is', async (t) => {
  const bench = await openCommandBench(t);
  await declare(bench, []);
  await bench.must('apply');
  await bench.must('mesh', 'set', 'stock', '--callers', 'web');
  assert.equal((await bench.run('diff')).code, 0);
  await declare(bench, ['scale_max_instances: 3']);
  await bench.must('apply');
  assert.deepEqual(await meshOf(bench), { callers: ['web'] });

  await declare(bench, ['scale_max_instances: 4', ...DECLARED]);
  await bench.must('apply');
  assert.equal((await bench.read('app', 'get', 'stock'))['scale_max_instances'], 4);
  await declare(bench, ['scale_max_instances: 5']);
  assert.match((await bench.run('diff')).out, /^\+ {3}mesh: \(its default\)$/m);
  await bench.must('apply');
  assert.deepEqual(await meshOf(bench), {});
  assert.equal((await bench.read('app', 'get', 'stock'))['scale_max_instances'], 5);
});

test('export names the mesh, and applied to another project it makes the same there', async (t) => {
  const bench = await openCommandBench(t);
  await declare(bench, DECLARED);
  await bench.must('apply');
  const exported = await bench.must('export');
  await writeFile(join(bench.folder, 'slipway.yaml'), exported);
  assert.equal((await bench.run('diff')).code, 0, exported);
  await bench.client.createProject({ body: { name: 'other' } });
  await bench.must('apply', '--project', 'other');
  assert.deepEqual(await meshOf(bench, 'other'), await meshOf(bench));
});

test('an app whose mesh is refused is there, is known as made by apply, and is mended by the next one', async (t) => {
  const bench = await openCommandBench(t);
  await declare(bench, ['mesh: {mirror: {percent: 5, tag: canary}}']);
  const refused = await bench.run('apply');
  assert.notEqual(refused.code, 0);
  assert.match(refused.err, /mirror\.tag.*canary.*no revision of the app has this tag/s);
  await declare(bench, ['mesh: {mirror: {percent: 5, app: copy}}']);
  assert.equal(await bench.must('apply'), 'updated app "stock"\n');
  await writeFile(join(bench.folder, 'slipway.yaml'), 'apps: {}\n');
  assert.equal(await bench.must('apply', '--prune'), 'deleted app "stock"\n');
});

test('deploy states the mesh that slipway.yaml declares of the app, and once is enough', async (t) => {
  const bench = await openCommandBench(t);
  await logInElsewhere(bench);
  await writeFile(join(bench.folder, 'index.html'), 'hello\n');
  const file = (mesh: string) => writeFile(join(bench.folder, 'slipway.yaml'), `apps: {stock: {build: ., ${mesh}}}\n`);
  await file('mesh: {callers: [web]}');
  await bench.must('deploy', '.', '--no-wait');
  assert.deepEqual(await meshOf(bench), { callers: ['web'] });
  await file('mesh: {callers: [web, cart]}');
  const planned = await bench.must('deploy', '.', '--dry-run');
  assert.match(planned, /Change +mesh\.callers: \["web"\] → \["web","cart"\]/);
  await bench.must('deploy', '.', '--no-wait');
  assert.deepEqual(await meshOf(bench), { callers: ['web', 'cart'] });
  assert.doesNotMatch(await bench.must('deploy', '.', '--dry-run'), /mesh/);
});

test('mistakes in a declared mesh are told with their place before anything is made', async (t) => {
  const bench = await openCommandBench(t);
  const cases: readonly (readonly [string, RegExp])[] = [
    ['mesh: {caller: [web]}', /line 4: apps\.stock\.mesh\.caller: there is no such field[^]*Did you mean "callers"\?/],
    ['mesh: {callers: web}', /line 4: apps\.stock\.mesh\.callers = "web": it takes a list/],
    ['mesh: {retries: {budget_percent: 5}}', /apps\.stock\.mesh\.retries: "attempts" is missing/],
    ['mesh: {mirror: {percent: 5}}', /apps\.stock\.mesh\.mirror: it takes one of app, tag/],
    ['mesh: {abort: {percent: 101, status: 503}}', /mesh\.abort\.percent = 101: it is from 1 to 100/],
  ];
  for (const [line, message] of cases) {
    await declare(bench, [line]);
    await bench.fails(['apply'], 'usage', message);
  }
});
