import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { Refusal } from '@slipway/spec';
import { adminTokenPath, createAuthenticator, ensureAdminToken } from './admin-token.ts';

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
  await createAuthenticator(digest, path)(`Bearer ${token}`);
});

test('ensureAdminToken() replaces a file that was left empty', async (t) => {
  const dir = await stateDir(t);
  await writeFile(adminTokenPath(dir), '');
  await ensureAdminToken(dir);
  assert.match(await readFile(adminTokenPath(dir), 'utf8'), /^slw_/);
});

const REFUSED: readonly (readonly [authorization: string | undefined, reason: RegExp])[] = [
  [undefined, /header is missing/],
  ['', /header is missing/],
  ['Basic eDp5', /not a bearer token/],
  ['Bearer', /not a bearer token/],
  ['Bearer slw_guess', /not known here/],
];

for (const [authorization, reason] of REFUSED) {
  test(`createAuthenticator() refuses "${authorization}" and tells how to get the token`, async (t) => {
    const dir = await stateDir(t);
    const authenticate = createAuthenticator(await ensureAdminToken(dir), adminTokenPath(dir));
    await assert.rejects(authenticate(authorization), (error) => {
      assert.ok(error instanceof Refusal);
      assert.equal(error.code, 'unauthorized');
      assert.match(error.message, reason);
      assert.match(error.message, /admin-token$/);
      return true;
    });
  });
}
