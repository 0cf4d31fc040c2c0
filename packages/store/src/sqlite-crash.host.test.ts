import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqliteStore, openSqliteStores } from './sqlite-store.ts';

const ROUNDS = 5;
const VICTIMS = join(import.meta.dirname, 'testing');

/** Runs the writer, kills it a random moment after its first acknowledged rows, and returns what it acknowledged. */
async function killWriter(victim: string, path: string, round: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [join(VICTIMS, victim), path, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const killAfterBytes = 20 + Math.floor(Math.random() * 2000);
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.length > killAfterBytes) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return output.split('\n').slice(0, -1);
}

test('a SQLite store keeps every acknowledged row when its process is killed', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-crash-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'store.db');
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    acknowledged.push(...(await killWriter('crash-writer.ts', path, round)));
  assert.ok(acknowledged.length > ROUNDS);

  const store = await openSqliteStore({ path });
  t.after(() => store.close());
  for (const name of acknowledged) {
    assert.ok(await store.get({ kind: 'app', projectId: 'p', name }), `${name} was acknowledged and is gone`);
  }
});

test('a killed process leaves no change without an audit record, and no answered one without its outcome', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-crash-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'store.db');
  const answered = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const name of await killWriter('audited-crash-writer.ts', path, round)) answered.add(name);
  assert.ok(answered.size > ROUNDS);

  const { auditStore, store } = await openSqliteStores({ path });
  t.after(() => store.close());
  await auditStore.recover();
  const everything = { limit: 100_000, windowMax: 100_000 };
  const outcomes = new Map((await auditStore.list(everything)).entries.map(({ id, outcome }) => [id, outcome]));
  for (const name of answered) assert.equal(outcomes.get(name), 'success', name);
  const apps = await store.list({ kind: 'app', projectId: 'p', limit: 100_000 });
  for (const { name } of apps) assert.ok(outcomes.has(name), `${name} was made and nobody is on record`);
});
