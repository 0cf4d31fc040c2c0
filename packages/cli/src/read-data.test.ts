import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { changeData, parseEnvFile, readData } from './read-data.ts';

test('readData() takes literals, files and files of lines, and the later wins', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-data-'));
  t.after(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'app.ini'), 'a=1\n');
  await writeFile(join(dir, '.env'), '# settings\n\nA=1\r\nB=x=y\n');
  const choice = { fromEnvFile: ['.env'], fromFile: ['app.ini', 'other=app.ini'], fromLiteral: ['A=2', 'C='] };
  const expected = { A: '2', B: 'x=y', 'app.ini': 'a=1\n', other: 'a=1\n', C: '' };
  assert.deepEqual(await readData(choice, dir), expected);
  await assert.rejects(readData({ fromFile: ['none'] }, dir), /Cannot read file "none"/);
});

test('a mistake is told without the value', async () => {
  await assert.rejects(readData({ fromLiteral: ['geheim'] }, '.'), (error: Error) => !/geheim/.test(error.message));
  assert.throws(() => parseEnvFile('.env', 'A=1\ngeheim'), /line 2 of \.env: it must be KEY=VALUE/);
});

test('changeData() sets, drops, and refuses to drop what is not there', () => {
  assert.deepEqual(changeData({ A: '1', B: '2' }, { set: { C: '3' }, drop: ['A'] }), { B: '2', C: '3' });
  assert.throws(() => changeData({ A: '1' }, { set: {}, drop: ['B'] }), /key "B"/);
});
