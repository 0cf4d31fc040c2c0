import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pinNetworkNamespace, pinUserNamespace } from './pinned-namespace.ts';
import {
  asFileSystemUser,
  inNetworkNamespace,
  MOUNT_FLAGS,
  mountFileSystem,
  mountIdmapped,
  SystemCallFailure,
  unmount,
} from './system-calls.ts';

const HOST_ID = 700_000;
const OWN_NETWORK = '/proc/thread-self/ns/net';

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-kernel-'));
  t.after(() => {
    for (const name of readdirSync(folder)) unmount(join(folder, name));
    rmSync(folder, { recursive: true });
  });
  return folder;
}

test('mountIdmapped() shows files of root as files of the first user of the namespace', async (t) => {
  const folder = makeFolder(t);
  const [source, target, userNamespacePath] = [join(folder, 'source'), join(folder, 'target'), join(folder, 'users')];
  for (const dir of [source, target]) mkdirSync(dir);
  writeFileSync(join(source, 'file'), 'text');
  await pinUserNamespace(userNamespacePath, { hostId: HOST_ID, size: 1000 });

  for (const writable of [false, true]) {
    mountIdmapped(source, target, { userNamespacePath, writable });
    try {
      assert.equal(statSync(join(target, 'file')).uid, HOST_ID);
      const write = (): void => asFileSystemUser(HOST_ID, () => writeFileSync(join(target, `new-${writable}`), ''));
      if (writable) write();
      else assert.throws(write, { code: 'EROFS' });
    } finally {
      assert.equal(unmount(target), true);
    }
  }
  assert.deepEqual(readdirSync(source), ['file', 'new-true']);
  assert.equal(statSync(join(source, 'new-true')).uid, 0);
});

test('asFileSystemUser() makes files of that user, and root again afterwards', (t) => {
  const folder = makeFolder(t);
  asFileSystemUser(HOST_ID, () => writeFileSync(join(folder, 'theirs'), ''));
  writeFileSync(join(folder, 'ours'), '');
  assert.equal(statSync(join(folder, 'theirs')).uid, HOST_ID);
  assert.equal(statSync(join(folder, 'theirs')).gid, HOST_ID);
  assert.equal(statSync(join(folder, 'ours')).uid, 0);
});

test('inNetworkNamespace() starts children inside, and comes back', async (t) => {
  const path = join(makeFolder(t), 'net');
  await pinNetworkNamespace(path, undefined);
  const own = readlinkSync(OWN_NETWORK);
  const [namespaceFd, ownFd] = [openSync(path, 'r'), openSync(OWN_NETWORK, 'r')];
  try {
    const { stdout } = inNetworkNamespace(namespaceFd, ownFd, () => spawnSync('readlink', ['/proc/self/ns/net']));
    assert.equal(stdout.toString().trim(), `net:[${statSync(path).ino}]`);
    assert.equal(readlinkSync(OWN_NETWORK), own);
  } finally {
    closeSync(namespaceFd);
    closeSync(ownFd);
  }
});

test('unmount() says whether something was mounted, and a refused mount names its error', (t) => {
  const target = makeFolder(t);
  const request = { source: 'tmpfs', target, type: 'tmpfs', flags: MOUNT_FLAGS.nodev, options: 'size=64k' };
  mountFileSystem(request);
  assert.equal(unmount(target), true);
  assert.equal(unmount(target), false);
  assert.equal(unmount(join(target, 'missing')), false);
  assert.throws(
    () => mountFileSystem({ ...request, type: 'no-such-type' }),
    (error) => error instanceof SystemCallFailure && error.code === 'ENODEV',
  );
});
