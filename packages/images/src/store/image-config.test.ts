import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfigFile, parseManifest, platformOfMachine, requirePlatform } from './image-config.ts';

test('parseConfigFile() reads what buildah wrote', () => {
  const text =
    '{"created":"2026-11-22T15:09:05Z","architecture":"amd64","os":"linux","config":{"User":"1000:1000","ExposedPorts":{"8080":{},"443/tcp":{},"53/udp":{},"x":{}},"Env":["A=b=c","EMPTY=","BARE"],"Entrypoint":["/bin/x"],"Cmd":["/hello"],"WorkingDir":"/w","StopSignal":"SIGQUIT"},"rootfs":{"type":"layers","diff_ids":[]}}';
  assert.deepEqual(parseConfigFile(text), {
    platform: { architecture: 'amd64', os: 'linux' },
    config: {
      entrypoint: ['/bin/x'],
      command: ['/hello'],
      environment: { A: 'b=c', EMPTY: '', BARE: '' },
      workingDir: '/w',
      user: '1000:1000',
      exposedPorts: [443, 8080],
      stopSignal: 'SIGQUIT',
    },
  });
});

test('parseConfigFile() takes missing and null fields as nothing', () => {
  const { config } = parseConfigFile('{"architecture":"arm64","os":"linux","config":{"Entrypoint":null,"Cmd":null}}');
  assert.deepEqual(config, {
    entrypoint: [],
    command: [],
    environment: {},
    workingDir: '/',
    user: '',
    exposedPorts: [],
    stopSignal: 'SIGTERM',
  });
});

test('parseManifest() tells a list for several machines from one image', () => {
  const list = JSON.stringify({
    manifests: [
      { platform: { architecture: 'arm64', os: 'linux' } },
      { platform: { architecture: 'unknown', os: 'unknown' } },
    ],
  });
  assert.deepEqual(parseManifest(list), { kind: 'index', platforms: [{ architecture: 'arm64', os: 'linux' }] });
  assert.deepEqual(parseManifest('{"layers":[]}'), { kind: 'image' });
});

test('requirePlatform() says what the image is made for and what this machine is', () => {
  const machine = platformOfMachine('x64');
  requirePlatform('a', [{ architecture: 'arm64', os: 'linux' }, machine], machine);
  assert.throws(() => requirePlatform('a:1', [{ architecture: 'arm64', os: 'linux' }], machine), {
    code: 'image_wrong_platform',
    message: /"a:1" here: it is made for linux\/arm64, this machine is linux\/amd64/,
  });
});
