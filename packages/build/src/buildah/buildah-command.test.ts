import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildahBuildArgv } from './buildah-command.ts';

test('buildahBuildArgv() states the sandbox and everything that makes the image reproducible', () => {
  const argv = buildahBuildArgv({
    contextDir: '/w/source',
    dockerfilePath: '/w/Dockerfile',
    ignoreFilePath: '/w/ignore',
    imageIdPath: '/w/image-id',
    buildArguments: { B: '2', A: '1 x' },
    labels: { l: 'v' },
    annotations: { n: 'base' },
    runtimePath: '/p/step-runtime.sh',
    networkNamespacePath: '/run/netns/b0',
    cgroupParent: '/slipway-td-build/x/steps',
    volumes: [
      { from: '/w/scratch', to: '/dev/s', writable: true },
      { from: '/ca', to: '/dev/ca', writable: false },
    ],
    registriesConfPath: '/c/registries.conf',
    policyPath: '/c/policy.json',
    authFilePath: '/c/auth.json',
  });
  assert.deepEqual(argv, [
    'nsenter',
    '--net=/run/netns/b0',
    '--',
    'buildah',
    '--registries-conf=/c/registries.conf',
    'build',
    '--layers',
    '--force-rm',
    '--pull=never',
    '--isolation=oci',
    '--runtime=/p/step-runtime.sh',
    '--network=ns:/run/netns/b0',
    '--cgroup-parent=/slipway-td-build/x/steps',
    '--timestamp=0',
    '--identity-label=false',
    '--format=oci',
    '--signature-policy=/c/policy.json',
    '--authfile=/c/auth.json',
    '--iidfile=/w/image-id',
    '--volume=/w/scratch:/dev/s:rw',
    '--volume=/ca:/dev/ca:ro',
    '--label=l=v',
    '--annotation=n=base',
    '--build-arg=A=1 x',
    '--build-arg=B=2',
    '--ignorefile=/w/ignore',
    '--file=/w/Dockerfile',
    '/w/source',
  ]);
});
