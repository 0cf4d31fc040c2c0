import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { adminTokenPath, ensureAdminToken } from './admin-token.ts';

async function stateDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-token-'));
  t.after(() => rm(dir, { recursive: true }));
  return dir;
}

test('ensureAdminToken() makes a token once that only its owner can read', async (t) => {
  const dir = await stateDir(t);
  const digest = await ensureAdminToken(dir);
  const path = adminTokenPath(dir);
  const token = (await readFile(path, 'utf8')).trim();
  assert.match(token, /^slw_[\w-]{43}$/);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await chmod(path, 0o644);
  assert.deepEqual(await ensureAdminToken(dir), digest);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(digest, createHash('sha256').update(token).digest());
});

test('ensureAdminToken() replaces a file that was left empty', async (t) => {
  const dir = await stateDir(t);
  await writeFile(adminTokenPath(dir), '');
  await ensureAdminToken(dir);
  assert.match(await readFile(adminTokenPath(dir), 'utf8'), /^slw_/);
});
