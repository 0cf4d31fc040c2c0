import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VOLUME_LIMITS, type AppPrototype, type Body } from '@slipway/spec';
import { openControlBench, refusedWith, until, untilApp, type ControlBench } from './control-bench.ts';

const IMAGE = 'docker.io/fake/good:latest';
const SETTINGS = { type: 'config_map', reference: 'settings', mount_path: '/etc/settings' } as const;
const TOKENS = { type: 'secret', reference: 'tokens', mount_path: '/etc/tokens' } as const;

function createApp(bench: ControlBench, body: Partial<AppPrototype>, force?: boolean) {
  const query = { ...(force !== undefined && { force }) };
  const complete = { name: 'web', image_reference: IMAGE, ...body };
  return bench.call('createApp', { project_id: bench.projectId }, { query, body: complete });
}

function createSettings(bench: ControlBench, data: Record<string, string>) {
  return bench.call('createConfigMap', { project_id: bench.projectId }, { body: { name: 'settings', data } });
}

function replaceSettings(bench: ControlBench, data: Record<string, string>) {
  const params = { project_id: bench.projectId, name: 'settings' };
  return bench.call('replaceConfigMap', params, { body: { data }, ifMatch: '*' });
}

function createTokens(bench: ControlBench, data: Record<string, string>) {
  return bench.call(
    'createSecret',
    { project_id: bench.projectId },
    { body: { name: 'tokens', format: 'generic', data } },
  );
}

/** What a running instance of the app reads. */
async function untilFile(bench: ControlBench, path: string, content: string): Promise<void> {
  await until(`${path} holds "${content}"`, async () => {
    const text = await bench.machine.request('web.default.localhost', `/file?path=${path}`).text();
    return text === content ? true : undefined;
  });
}

function volumes(bench: ControlBench): readonly string[] {
  const project = bench.machine.projects.get(bench.projectId);
  return (project?.volumes ?? []).map(({ volumeName }) => volumeName);
}

test('mounted files change while the app runs; the revision and its variables stay', async (t) => {
  const bench = await openControlBench(t);
  await createSettings(bench, { colour: 'blue', size: 'large' });
  await createTokens(bench, { token: 'hunter2' });
  const variables = [
    { type: 'config_map_key_reference', reference: 'settings', key: 'colour', name: 'COLOUR' },
  ] as const;
  const body = { run_volume_mounts: [SETTINGS, TOKENS], run_env_variables: [...variables] };
  const created = await createApp(bench, body);
  assert.deepEqual(created.run_volume_mounts, [SETTINGS, TOKENS]);
  await untilApp(bench, 'web', 'ready');
  await untilFile(bench, '/etc/settings/colour', 'blue');
  await untilFile(bench, '/etc/tokens/token', 'hunter2');
  await replaceSettings(bench, { colour: 'red' });
  await untilFile(bench, '/etc/settings/colour', 'red');
  await untilFile(bench, '/etc/settings/size', 'no such file');
  const secret = { project_id: bench.projectId, name: 'tokens' };
  const change = { format: 'generic', data: { token: 'hunter3' } } as const;
  await bench.call('replaceSecret', secret, { body: change, ifMatch: '*' });
  await untilFile(bench, '/etc/tokens/token', 'hunter3');
  const workload = bench.machine.workload({ projectId: bench.projectId, appName: 'web' });
  assert.deepEqual(
    workload?.revisions.map(({ revisionName, environment }) => [revisionName, environment['COLOUR']]),
    [['web-00001', 'blue']],
  );
  const rows = await Promise.all(
    (['app', 'app_revision', 'secret'] as const).map((kind) => bench.store.list({ kind, limit: 10 })),
  );
  assert.doesNotMatch(JSON.stringify(rows), /hunter/);
});

test('however many changes come at once, the last one is what instances see', async (t) => {
  const bench = await openControlBench(t);
  await createSettings(bench, { number: '0' });
  await createApp(bench, { run_volume_mounts: [SETTINGS] });
  await untilApp(bench, 'web', 'ready');
  const params = { project_id: bench.projectId, name: 'web' };
  const last = 30;
  const updates: Promise<unknown>[] = [];
  for (let number = 1; number <= last; number += 1) {
    // New mounts make the app's own reconcile tell the project, beside the config map's.
    const mounts = [{ ...SETTINGS, mount_path: `/etc/settings-${number}` }, SETTINGS];
    updates.push(bench.call('updateApp', params, { body: { run_volume_mounts: mounts }, ifMatch: '*' }));
    await replaceSettings(bench, { number: `${number}` });
  }
  await Promise.all(updates);
  await untilFile(bench, '/etc/settings/number', `${last}`);
  await untilApp(bench, 'web', 'ready');
  await untilFile(bench, '/etc/settings/number', `${last}`);
});

test('a restarted control plane declares what is mounted before the apps, and follows what changes then', async (t) => {
  const bench = await openControlBench(t);
  await createSettings(bench, { colour: 'blue' });
  await createApp(bench, { run_volume_mounts: [SETTINGS] });
  await untilApp(bench, 'web', 'ready');
  await bench.restart();
  assert.deepEqual(volumes(bench), ['config map "settings"']);
  await replaceSettings(bench, { colour: 'red' });
  await untilFile(bench, '/etc/settings/colour', 'red');
});

test('only what running revisions mount is given to the engine, and a deleted one leaves it', async (t) => {
  const bench = await openControlBench(t);
  await createSettings(bench, { colour: 'blue' });
  await createTokens(bench, { token: 'hunter2' });
  await createApp(bench, { run_volume_mounts: [SETTINGS] });
  await untilApp(bench, 'web', 'ready');
  assert.deepEqual(volumes(bench), ['config map "settings"']);
  const params = { project_id: bench.projectId, name: 'web' };
  await bench.call('updateApp', params, { body: { run_volume_mounts: [TOKENS] }, ifMatch: '*' });
  await untilApp(bench, 'web', 'ready');
  await until('the new mount is declared', async () => (volumes(bench).includes('secret "tokens"') ? true : undefined));
  await bench.call('deleteSecret', { ...params, name: 'tokens' });
  await until('it is declared no more', async () => (volumes(bench).includes('secret "tokens"') ? undefined : true));
  await untilFile(bench, '/etc/tokens/token', 'hunter2');
});

test('an old revision that has requests or a tag keeps what it mounts, and sees what changes in it', async (t) => {
  const bench = await openControlBench(t);
  await createSettings(bench, { colour: 'blue' });
  await createApp(bench, { run_volume_mounts: [SETTINGS] });
  await untilApp(bench, 'web', 'ready');
  const params = { project_id: bench.projectId, name: 'web' };
  const state = (body: Body<'replaceAppTraffic'>) => bench.call('replaceAppTraffic', params, { body, ifMatch: '*' });
  await state({ traffic: [{ revision_name: 'web-00001', percent: 100 }] });
  await bench.call('updateApp', params, { body: { run_volume_mounts: [] }, ifMatch: '*' });
  await untilApp(bench, 'web', 'ready');
  await replaceSettings(bench, { colour: 'red' });
  await untilFile(bench, '/etc/settings/colour', 'red');
  await bench.restart();
  assert.deepEqual(volumes(bench), ['config map "settings"']);
  await state({
    traffic: [
      { latest: true, percent: 100 },
      { revision_name: 'web-00001', percent: 0, tag: 'old' },
    ],
  });
  await untilFile(bench, '/etc/settings/colour', 'no such file');
  await replaceSettings(bench, { colour: 'green' });
  await until('the tagged revision sees it', async () => {
    const answer = bench.machine.request('old--web.default.localhost', '/file?path=/etc/settings/colour');
    return (await answer.text()) === 'green' ? true : undefined;
  });
});

test('a mount of what is not there is refused to whoever asks for it, or waited for', async (t) => {
  const bench = await openControlBench(t);
  const body = { run_volume_mounts: [SETTINGS] };
  await assert.rejects(
    createApp(bench, body, false),
    refusedWith('invalid_field', /run_volume_mounts\.reference = "settings".*no config map "settings".*"force"/),
  );
  await createApp(bench, body);
  await createSettings(bench, { colour: 'blue' });
  await untilApp(bench, 'web', 'ready');
  await untilFile(bench, '/etc/settings/colour', 'blue');
  const nested = { run_volume_mounts: [SETTINGS, { ...TOKENS, mount_path: '/etc/settings/tokens' }] };
  await assert.rejects(
    createApp(bench, { name: 'other', ...nested }),
    refusedWith('invalid_field', /one in the other/),
  );
});

test('what a project mounts has a bound, whoever would pass it', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  const half = 'x'.repeat(1_000_000);
  const names = Array.from({ length: 8 }, (_, index) => `map-${index}`);
  for (const name of names) await bench.call('createConfigMap', project, { body: { name, data: { all: half } } });
  await createTokens(bench, { token: 'x' });
  const mounts = names.map((reference) => ({ type: 'config_map', reference, mount_path: `/${reference}` }) as const);
  await createApp(bench, { run_volume_mounts: mounts });
  const room = VOLUME_LIMITS.projectBytesMax - 8 * 245 * VOLUME_LIMITS.blockBytes;
  assert.ok(room > 0, 'eight config maps of 245 blocks fit');
  // A file of one byte takes a block: these are too many, small as they are.
  const count = room / VOLUME_LIMITS.blockBytes + 1;
  const many = Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'x']));
  const rule = /may together take 8388608 bytes/;
  await createApp(bench, { name: 'other', run_volume_mounts: [TOKENS] });
  const params = { ...project, name: 'tokens' };
  const replace = (data: Record<string, string>) =>
    bench.call('replaceSecret', params, { body: { format: 'generic', data }, ifMatch: '*' });
  await assert.rejects(replace(many), refusedWith('invalid_field', rule));
  const { k0: _one, ...fewer } = many;
  await replace(fewer);
  await bench.call('createConfigMap', project, { body: { name: 'more', data: { a: '' } } });
  const more = { type: 'config_map', reference: 'more', mount_path: '/more' } as const;
  await assert.rejects(
    createApp(bench, { name: 'third', run_volume_mounts: [more] }),
    refusedWith('invalid_field', rule),
  );
  const update = { body: { run_volume_mounts: [TOKENS, more] }, ifMatch: '*' };
  await assert.rejects(
    bench.call('updateApp', { ...project, name: 'other' }, update),
    refusedWith('invalid_field', rule),
  );
});
