import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openFileLog, renderLogLine } from './file-log.ts';

const AT = new Date('2026-01-31T12:00:00.000Z');

async function folder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-log-'));
  t.after(() => rm(dir, { recursive: true }));
  return dir;
}

test('openFileLog() appends one JSON object per line, also to what is there', async (t) => {
  const path = join(await folder(t), 'logs', 'slipwayd.log');
  for (const message of ['First', 'Second']) {
    const log = openFileLog({ path, now: () => AT });
    log.warn(message, { app: 'web' });
    log.close();
  }
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    ['First', 'Second'].map((message) => ({ at: AT.toISOString(), level: 'warn', message, app: 'web' })),
  );
  assert.equal((await stat(path)).mode & 0o007, 0);
});

test('openFileLog() keeps a bounded number of files of bounded size, the youngest lines in the first', async (t) => {
  const dir = await folder(t);
  const log = openFileLog({ path: join(dir, 'log'), fileBytesMax: 300, filesMax: 3 });
  for (let number = 0; number < 50; number += 1) log.info('Line', { number });
  log.close();
  assert.deepEqual((await readdir(dir)).toSorted(), ['log', 'log.1', 'log.2']);
  for (const name of ['log', 'log.1', 'log.2']) assert.ok((await stat(join(dir, name))).size <= 300, name);
  assert.match(await readFile(join(dir, 'log'), 'utf8'), /"number":49/);
});

test('renderLogLine() never writes a secret, at any depth', () => {
  const fields = { token: 'slw_x', nested: { registryPassword: 'p', name: 'ok' }, authorization: 'Bearer x' };
  const line = renderLogLine(AT, 'info', { message: 'Login', fields });
  assert.deepEqual(JSON.parse(line), {
    at: AT.toISOString(),
    level: 'info',
    message: 'Login',
    token: '[not logged]',
    nested: { registryPassword: '[not logged]', name: 'ok' },
    authorization: '[not logged]',
  });
});

test('renderLogLine() writes errors with their causes', () => {
  const error = new Error('outer', { cause: new Error('inner') });
  assert.match(renderLogLine(AT, 'error', { message: 'Failed', fields: { error } }), /outer.*inner/s);
});

test('renderLogLine() bounds a line and keeps its message', () => {
  const line = renderLogLine(AT, 'info', { message: 'Big', fields: { text: 'x'.repeat(100_000) } });
  assert.ok(line.length < 16 * 1024);
  assert.equal((JSON.parse(line) as { message: string }).message, 'Big');
});
