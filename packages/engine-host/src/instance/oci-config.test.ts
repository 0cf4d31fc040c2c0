import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ociConfigFor, type OciConfigRequest } from './oci-config.ts';

const REQUEST: OciConfigRequest = {
  rootPath: 'rootfs',
  argv: ['/bin/server', '--port', '8080'],
  workingDir: '/app',
  environment: { PATH: '/bin', PORT: '8080' },
  user: { uid: 1000, gid: 1001, additionalGids: [1002] },
  hostname: 'web-00001-x7k2p',
  userNamespace: { path: '/run/slipway/u/3', ids: { hostId: 1_100_196_608, size: 65_536 } },
  networkNamespacePath: '/run/slipway/n/10.201.3.2',
  cgroupsPath: '/slipway-ta/0123456789ab',
  memoryBytes: 250e6,
  cpuMillis: 125,
  processesMax: 1024,
  openFilesMax: 65_536,
  seccomp: { compiledBase64: 'BQAAAAAAAAA=' },
  files: [{ source: '/run/slipway/i/0123456789ab/hosts', destination: '/etc/hosts' }],
};

test('ociConfigFor() confines an instance: the whole configuration', (t) => {
  t.assert.snapshot(ociConfigFor(REQUEST));
});

test('ociConfigFor() carries the profile itself where none is compiled, and maps no users without a namespace', () => {
  const { userNamespace: _none, ...rest } = REQUEST;
  const profile = { defaultAction: 'SCMP_ACT_ERRNO', architectures: ['SCMP_ARCH_X86_64'], syscalls: [] };
  const config = ociConfigFor({ ...rest, userNamespace: undefined, seccomp: { profile } }) as {
    annotations?: object;
    linux: { seccomp: object; namespaces: readonly { type: string }[]; uidMappings?: object };
  };
  assert.equal(config.annotations, undefined);
  assert.deepEqual(config.linux.seccomp, profile);
  assert.equal(config.linux.uidMappings, undefined);
  assert.ok(!config.linux.namespaces.some(({ type }) => type === 'user'));
});

test('ociConfigFor() gives capabilities to the root of a user namespace only', () => {
  const root = { uid: 0, gid: 0, additionalGids: [] };
  const capabilitiesOf = (request: OciConfigRequest) =>
    (ociConfigFor(request) as { process: { capabilities: Readonly<Record<string, readonly string[]>> } }).process
      .capabilities;
  assert.equal(capabilitiesOf({ ...REQUEST, user: root })['effective']?.length, 6);
  assert.deepEqual(capabilitiesOf({ ...REQUEST, user: root })['ambient'], []);
  for (const request of [REQUEST, { ...REQUEST, user: root, userNamespace: undefined }]) {
    for (const set of Object.values(capabilitiesOf(request))) assert.deepEqual(set, []);
  }
});
