import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanDockerfile } from '../dockerfile/scan-dockerfile.ts';
import { assembledConfig } from './assembled-config.ts';
import { splitDockerfile } from './split-dockerfile.ts';

const PLATFORM = { architecture: 'amd64', os: 'linux' };

function tailOf(lines: string) {
  const split = splitDockerfile(scanDockerfile(`FROM scratch\n${lines}`));
  assert.ok(split);
  return split.tail;
}

test('assembledConfig() of an image from nothing holds what was said, and a search path', () => {
  const tail = tailOf('COPY a /\nCMD ["/a"]\nEXPOSE 80');
  const [copy] = tail;
  assert.ok(copy);
  const diffIds = new Map([[copy, 'sha256:1']]);
  assert.deepEqual(assembledConfig({ base: undefined, platform: PLATFORM, tail, diffIds, labels: { l: 'v' } }), {
    created: '1970-01-01T00:00:00Z',
    ...PLATFORM,
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      Cmd: ['/a'],
      ExposedPorts: { '80/tcp': {} },
      Labels: { l: 'v' },
    },
    rootfs: { type: 'layers', diff_ids: ['sha256:1'] },
    history: [
      { created: '1970-01-01T00:00:00Z', created_by: 'COPY a /' },
      { created: '1970-01-01T00:00:00Z', created_by: 'CMD ["/a"]', empty_layer: true },
      { created: '1970-01-01T00:00:00Z', created_by: 'EXPOSE 80', empty_layer: true },
    ],
  });
});

test('assembledConfig() goes on from its base, and replaces a variable where it stands', () => {
  const tail = tailOf('COPY a /\nENV B=2\nENV C="3 4"\nLABEL k=w\nUSER app:5\nENTRYPOINT ["e"]\nCMD ["c"]');
  const base = {
    ...PLATFORM,
    variant: 'v8',
    config: { Env: ['A=1', 'B=1'], Labels: { k: 'v', kept: 'x' }, WorkingDir: '/w', StopSignal: 'SIGINT' },
    rootfs: { type: 'layers', diff_ids: ['sha256:0'] },
    history: [{ created_by: 'before' }],
  };
  const made = assembledConfig({ base, platform: PLATFORM, tail, diffIds: new Map(), labels: {} });
  assert.equal(made.variant, 'v8');
  assert.deepEqual(made.config, {
    Env: ['A=1', 'B=2', 'C=3 4'],
    Labels: { k: 'w', kept: 'x' },
    WorkingDir: '/w',
    StopSignal: 'SIGINT',
    User: 'app:5',
    Entrypoint: ['e'],
    Cmd: ['c'],
  });
  assert.deepEqual(made.rootfs.diff_ids, ['sha256:0']);
  assert.deepEqual([made.history?.length, made.history?.[0]], [8, { created_by: 'before' }]);
});
