import assert from 'node:assert/strict';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { LogQuery } from '@slipway/engine';
import { CURRENT_LOG, keepRotatedLog, pruneEndedLogs, writeLogEnd, writeLogMeta } from './log-folder.ts';
import { readInstanceLogs } from './log-reader.ts';

function makeAppDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-logs-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

function addInstance(appDir: string, name: string, lines: readonly [second: number, text: string][]): string {
  const dir = join(appDir, name);
  mkdirSync(dir);
  writeLogMeta(dir, { revisionName: name.slice(0, -2), createdAt: '2026-11-22T15:00:00Z' });
  appendLines(dir, lines);
  return dir;
}

function appendLines(dir: string, lines: readonly [second: number, text: string][]): void {
  const text = lines.map(([second, line]) => `2026-11-22T15:00:${String(second).padStart(2, '0')}Z stdout F ${line}\n`);
  appendFileSync(join(dir, CURRENT_LOG), text.join(''));
}

/** What conmon does with a full file. */
function changeFile(dir: string): void {
  writeFileSync(join(dir, 'draft'), '');
  renameSync(join(dir, 'draft'), join(dir, CURRENT_LOG));
}

async function read(appDir: string, query: Partial<LogQuery>): Promise<string[]> {
  const texts: string[] = [];
  const full = { projectId: 'p', appName: 'web', ...query };
  for await (const entry of readInstanceLogs(appDir, full, new AbortController().signal)) texts.push(entry.text);
  return texts;
}

test('readInstanceLogs() merges instances by time and filters by instance, revision, time and count', async (t) => {
  const appDir = makeAppDir(t);
  addInstance(appDir, 'web-1-a', [
    [1, 'one'],
    [4, 'four'],
  ]);
  addInstance(appDir, 'web-2-b', [
    [2, 'two'],
    [3, 'three'],
  ]);
  assert.deepEqual(await read(appDir, {}), ['one', 'two', 'three', 'four']);
  assert.deepEqual(await read(appDir, { tail: 2 }), ['three', 'four']);
  assert.deepEqual(await read(appDir, { tail: 0 }), []);
  assert.deepEqual(await read(appDir, { instanceName: 'web-2-b' }), ['two', 'three']);
  assert.deepEqual(await read(appDir, { revisionName: 'web-1' }), ['one', 'four']);
  assert.deepEqual(await read(appDir, { since: new Date('2026-11-22T15:00:03Z') }), ['three', 'four']);
  assert.deepEqual(await read(join(appDir, 'none'), {}), []);
});

test('keepRotatedLog() saves the full file conmon drops, and keeps only so many', async (t) => {
  const appDir = makeAppDir(t);
  const dir = addInstance(appDir, 'web-1-a', [[1, 'first']]);
  keepRotatedLog(dir, 3);
  for (const [second, text] of [
    [2, 'second'],
    [3, 'third'],
    [4, 'fourth'],
  ] as const) {
    changeFile(dir);
    appendLines(dir, [[second, text]]);
    keepRotatedLog(dir, 3);
    keepRotatedLog(dir, 3);
  }
  assert.deepEqual(await read(appDir, {}), ['second', 'third', 'fourth']);
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.endsWith('.log')),
    ['00000002.log', '00000003.log', 'current.log', 'held.log'],
  );
});

test('readInstanceLogs() follows through a change of files and into new instances', async (t) => {
  const appDir = makeAppDir(t);
  const dir = addInstance(appDir, 'web-1-a', [[1, 'a']]);
  keepRotatedLog(dir, 3);
  const controller = new AbortController();
  const texts: string[] = [];
  const query = { projectId: 'p', appName: 'web', follow: true };
  for await (const entry of readInstanceLogs(appDir, query, controller.signal)) {
    texts.push(entry.text);
    if (entry.text === 'a') {
      appendLines(dir, [[2, 'b']]);
      changeFile(dir);
      appendLines(dir, [[3, 'c']]);
    }
    if (entry.text === 'c') addInstance(appDir, 'web-1-b', [[4, 'd']]);
    if (entry.text === 'd') controller.abort();
  }
  assert.deepEqual(texts, ['a', 'b', 'c', 'd']);
});

test('pruneEndedLogs() removes the longest ended and never a living instance', (t) => {
  const appDir = makeAppDir(t);
  for (const name of ['web-1-a', 'web-1-b', 'web-1-c']) addInstance(appDir, name, [[1, name]]);
  for (const name of ['web-1-b', 'web-1-c']) writeLogEnd(join(appDir, name), {});
  pruneEndedLogs(appDir, 0);
  assert.deepEqual(readdirSync(appDir), ['web-1-a']);
});

test('writeLogMeta() and writeLogEnd() replace the whole file: who reads it meanwhile sees the one before', (t) => {
  const dir = addInstance(makeAppDir(t), 'web-1-a', []);
  writeLogEnd(dir, { code: 1 });
  for (const name of ['instance.json', 'end.json']) linkSync(join(dir, name), join(dir, `${name}.before`));
  writeLogMeta(dir, { revisionName: 'web-2', createdAt: '2026-11-22T15:00:00Z' });
  writeLogEnd(dir, { code: 2 });
  assert.match(readFileSync(join(dir, 'instance.json.before'), 'utf8'), /"web-1"/);
  assert.match(readFileSync(join(dir, 'instance.json'), 'utf8'), /"web-2"/);
  assert.deepEqual(JSON.parse(readFileSync(join(dir, 'end.json.before'), 'utf8')), { code: 1 });
  assert.deepEqual(JSON.parse(readFileSync(join(dir, 'end.json'), 'utf8')), { code: 2 });
});
