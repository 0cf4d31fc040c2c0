/** Trusting and distrusting the authority of a platform, with the real program, over copies of the machine's folders. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runProcess } from '@slipway/process';
import { allocatePlatform } from './allocate-platform.ts';
import { authorityPath, createTrustLook, trustAuthority, untrustAuthority } from './trust-authority.ts';

const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
const FOLDERS = ['/etc/ssl/certs', '/usr/local/share/ca-certificates'] as const;

/** These tests run in a mount namespace of their own: the copies vanish with it. */
async function openCopies(t: TestContext) {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-trusted-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  for (const [at, folder] of FOLDERS.entries()) {
    const copy = join(dir, String(at));
    await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
    await runProcess(['mount', '--bind', copy, folder]);
    t.after(() => runProcess(['umount', folder]));
  }
  const facts = {
    existing: [],
    machineDir: dir,
    runRoot: dir,
    cacheDir: dir,
    freePorts: [1, 2, 3, 4],
    platformId: 'ptru',
    addresses: [],
  } as const;
  const config = allocatePlatform('trusted', {}, facts);
  await mkdir(join(config.stateDir, 'tls'), { recursive: true });
  return config;
}

async function makeAuthority(path: string): Promise<string> {
  const fresh = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3'];
  await runProcess(['openssl', 'req', ...fresh, '-subj', '/CN=trusted', '-keyout', '/dev/null', '-out', path]);
  return (await readFile(path, 'utf8')).trim();
}

test('trustAuthority() puts one certificate into the bundle, and untrustAuthority() leaves the machine as it was', async (t) => {
  const config = await openCopies(t);
  const before = await readFile(BUNDLE, 'utf8');
  const isTrusted = createTrustLook(config);
  await assert.rejects(trustAuthority(config), /it has none yet/);
  const pem = await makeAuthority(authorityPath(config));
  assert.equal(isTrusted(), false);
  await trustAuthority(config);
  assert.ok((await readFile(BUNDLE, 'utf8')).includes(pem));
  assert.equal(isTrusted(), true);
  await trustAuthority(config);
  const other = await makeAuthority(authorityPath(config));
  assert.equal(isTrusted(), false, 'another authority is not trusted by the file of the one before');
  await writeFile(authorityPath(config), `${other}\n`);
  assert.equal(await untrustAuthority(config), true);
  assert.equal(await untrustAuthority(config), false);
  assert.equal(await readFile(BUNDLE, 'utf8'), before);
});
