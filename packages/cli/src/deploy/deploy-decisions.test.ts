import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appSettings, portSettings, parseProbe } from '../app/app-body.ts';
import { pinnedImage } from '../buildrun/follow-build-run.ts';
import { formatBuildLine } from '../buildrun/logs.ts';
import { appOfRevision } from '../revision/find-revision.ts';
import { shouldWait } from '../shared-options.ts';
import { createLogFormat } from '../show-logs.ts';
import { formatSpan, printable } from '../terminal/steps.ts';
import { appNameFrom } from './app-name.ts';
import { buildRunFor, runNameFor } from './build-folder.ts';
import { unchangedOr } from './unchanged-image.ts';

test('appNameFrom() makes a name of a folder, or says that it cannot', () => {
  const cases = [
    ['hello-app', 'hello-app'],
    ['My App_2', 'my-app-2'],
    ['Über.Café', 'uber-cafe'],
    ['2048-game', 'game'],
    ['-x-', 'x'],
    ['日本', undefined],
    ['a'.repeat(80), 'a'.repeat(63)],
  ] as const;
  for (const [folder, name] of cases) assert.equal(appNameFrom(folder), name, folder);
});

test('buildRunFor() takes the Dockerfile if there is one, unless a strategy is chosen', () => {
  const facts = { sourceUrl: 'source://ab', hasDockerfile: false, now: new Date('2026-11-22T15:48:00.123Z') };
  const build = { folder: '/x', appName: 'web' };
  assert.deepEqual(buildRunFor(build, facts), {
    name: 'web-run-261122-154800123',
    source_type: 'local',
    source_url: 'source://ab',
    strategy_type: 'buildpacks',
  });
  assert.equal(buildRunFor(build, { ...facts, hasDockerfile: true }).strategy_type, 'dockerfile');
  assert.equal(
    buildRunFor({ ...build, strategy: 'buildpacks' }, { ...facts, hasDockerfile: true }).strategy_type,
    'buildpacks',
  );
  const other = buildRunFor({ ...build, dockerfile: 'Dockerfile.prod' }, facts);
  assert.deepEqual([other.strategy_type, other.strategy_spec_file], ['dockerfile', 'Dockerfile.prod']);
});

test('runNameFor() never gives a name that is too long', () => {
  const name = runNameFor('a'.repeat(63), new Date(0));
  assert.equal(name.length, 63);
  assert.match(name, /^a+-run-700101-000000000$/);
});

test('pinnedImage() replaces the tag and keeps the port of the registry', () => {
  assert.equal(pinnedImage('localhost:8781/shop/web:latest', 'sha256:1'), 'localhost:8781/shop/web@sha256:1');
  assert.equal(pinnedImage('localhost:8781/shop/web', 'sha256:1'), 'localhost:8781/shop/web@sha256:1');
});

test('unchangedOr() keeps the reference of the same content', () => {
  assert.equal(unchangedOr('r/one@sha256:1', 'r/two@sha256:1'), 'r/one@sha256:1');
  assert.equal(unchangedOr('r/one@sha256:1', 'r/two@sha256:2'), 'r/two@sha256:2');
  assert.equal(unchangedOr('r/one:tag', 'r/two@sha256:2'), 'r/two@sha256:2');
});

const NO_OPTIONS = Object.fromEntries([]) as Parameters<typeof appSettings>[0];

test('appSettings() sends only what was given', () => {
  assert.deepEqual(appSettings(NO_OPTIONS), {});
  assert.deepEqual(
    appSettings({ ...NO_OPTIONS, minScale: 0, env: ['A=1=2', 'B='], port: 'http1:3000', visibility: 'project' }),
    {
      image_port: 3000,
      image_port_protocol: 'http1',
      managed_domain_mappings: 'local',
      run_env_variables: [
        { type: 'literal', name: 'A', value: '1=2' },
        { type: 'literal', name: 'B', value: '' },
      ],
      scale_min_instances: 0,
    },
  );
});

test('appSettings() of an app that exists changes the variables that are named and keeps the others', () => {
  const app = {
    run_env_variables: [
      { type: 'literal' as const, name: 'A', value: '1' },
      { type: 'literal' as const, name: 'B', value: '2' },
    ],
    run_volume_mounts: [],
  };
  assert.deepEqual(appSettings({ ...NO_OPTIONS, env: ['A=9'], envRm: ['B'], argumentsClear: true }, app), {
    run_arguments: [],
    run_env_variables: [{ type: 'literal', name: 'A', value: '9' }],
  });
  const references = { ...NO_OPTIONS, env: ['A=9'], envFromSecret: ['tokens'], registrySecretClear: true };
  assert.deepEqual(appSettings(references, app), {
    image_secret: null,
    run_env_variables: [
      { type: 'literal', name: 'B', value: '2' },
      { type: 'literal', name: 'A', value: '9' },
      { type: 'secret_full_reference', reference: 'tokens' },
    ],
  });
  const missing = { ...NO_OPTIONS, envRm: ['C'] };
  assert.throws(() => appSettings(missing, app), /Cannot drop the environment variable "C"/);
});

test('values of options are refused with what they should be', () => {
  assert.throws(() => appSettings({ ...NO_OPTIONS, env: ['A'] }), /--env "A": it must be NAME=VALUE/);
  assert.throws(() => portSettings('0'), /--port "0"/);
  assert.throws(() => portSettings('h3:8080'), /--port "h3:8080"/);
  assert.deepEqual(portSettings('h2c:8080'), { image_port: 8080, image_port_protocol: 'h2c' });
  assert.deepEqual(portSettings('8080'), { image_port: 8080, image_port_protocol: 'http1' });
  assert.throws(() => parseProbe('--probe-live', ['path=/']), /its type is missing/);
  assert.throws(() => parseProbe('--probe-live', ['type=http', 'interval=x']), /interval takes a whole number/);
  assert.deepEqual(parseProbe('--probe-live', ['type=http', 'path=/a=b', 'initial-delay=3']), {
    type: 'http',
    path: '/a=b',
    initial_delay: 3,
  });
});

test('shouldWait() lets --no-wait win', () => {
  assert.equal(shouldWait({}, true), true);
  assert.equal(shouldWait({ wait: true, noWait: true }, true), false);
  assert.equal(shouldWait({ wait: false }, true), false);
  assert.equal(shouldWait({ wait: true }, false), true);
});

test('log lines stand under a heading for each instance, unless raw', () => {
  const line = (instance: string, text: string) => ({
    at: '2026-01-01T00:00:00.000Z',
    instance,
    stream: 'stdout' as const,
    text,
  });
  const lines = [line('web-1', 'a'), line('web-1', 'b'), line('web-2', 'c')];
  assert.equal(lines.map(createLogFormat({ raw: false, timestamps: false })).join(''), 'web-1:\na\nb\n\nweb-2:\nc\n');
  assert.equal(
    lines
      .map(createLogFormat({ raw: true, timestamps: true }))
      .join('')
      .split('\n')[0],
    '2026-01-01T00:00:00.000Z a',
  );
});

test('formatBuildLine() shows steps between the lines', () => {
  const at = '2026-01-01T00:00:00.000Z';
  const step = { name: 'push', state: 'succeeded' as const, duration_ms: 1500 };
  const options = { raw: false, timestamps: false };
  assert.equal(formatBuildLine({ at, stream: 'stdout', text: '', step }, options), '==> push: succeeded (1.5 s)\n');
  assert.equal(formatBuildLine({ at, stream: 'stdout', text: 'hello' }, options), 'hello\n');
});

test('small texts of the terminal', () => {
  assert.equal(formatSpan(1234), '1.2 s');
  assert.equal(formatSpan(125_000), '2 min 5 s');
  assert.equal(printable('\u001b[31mred\u001b[0m\tx\r'), 'red x ');
  assert.equal(appOfRevision('my-web-00012'), 'my-web');
  assert.throws(() => appOfRevision('web'), /Cannot tell the app of revision "web"/);
});
