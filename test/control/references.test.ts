import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppPrototype, EnvVarPrototype } from '@slipway/spec';
import { openControlBench, refusedWith, until, untilApp, type ControlBench } from './control-bench.ts';

const IMAGE = 'docker.io/fake/good:latest';
const ALL_OF_TOKENS: EnvVarPrototype = { type: 'secret_full_reference', reference: 'tokens' };

function createApp(bench: ControlBench, body: Partial<AppPrototype>, force?: boolean) {
  const query = { ...(force !== undefined && { force }) };
  const complete = { name: 'web', image_reference: IMAGE, ...body };
  return bench.call('createApp', { project_id: bench.projectId }, { query, body: complete });
}

function createTokens(bench: ControlBench, TOKEN: string) {
  const body = { name: 'tokens', format: 'generic', data: { TOKEN } } as const;
  return bench.call('createSecret', { project_id: bench.projectId }, { body });
}

function ownEnvironment(bench: ControlBench, revision: number) {
  const workload = bench.machine.workload({ projectId: bench.projectId, appName: 'web' });
  const environment = workload?.revisions[revision]?.environment ?? {};
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(CE_|K_|PORT$)/.test(name)));
}

test('an app gets the values of what it names, and the API shows only the names', async (t) => {
  const bench = await openControlBench(t);
  await createTokens(bench, 'hunter2');
  const settings = { name: 'settings', data: { COLOUR: 'blue', SIZE: 'large' } };
  await bench.call('createConfigMap', { project_id: bench.projectId }, { body: settings });
  const variables: EnvVarPrototype[] = [
    { ...ALL_OF_TOKENS, prefix: 'MY_' },
    { type: 'config_map_full_reference', reference: 'settings' },
    { type: 'config_map_key_reference', reference: 'settings', key: 'COLOUR', name: 'PAINT' },
    { name: 'SIZE', value: 'small' },
  ];
  const created = await createApp(bench, { run_env_variables: variables });
  await untilApp(bench, 'web', 'ready');
  const expected = { MY_TOKEN: 'hunter2', COLOUR: 'blue', PAINT: 'blue', SIZE: 'small' };
  assert.deepEqual(ownEnvironment(bench, 0), expected);
  assert.doesNotMatch(JSON.stringify(created), /hunter2/);
  const stored = await bench.store.list({ kind: 'app_revision', limit: 10 });
  assert.doesNotMatch(JSON.stringify(stored), /hunter2/);
});

test('a revision keeps its values whatever becomes of the secret; the next one has the new values', async (t) => {
  const bench = await openControlBench(t);
  const params = { project_id: bench.projectId, name: 'tokens' };
  await createTokens(bench, 'old');
  await createApp(bench, { run_env_variables: [ALL_OF_TOKENS] });
  await untilApp(bench, 'web', 'ready');
  const change = { body: { format: 'generic', data: { TOKEN: 'new' } }, ifMatch: '*' } as const;
  await bench.call('replaceSecret', params, change);
  await bench.restart();
  await untilApp(bench, 'web', 'ready');
  assert.deepEqual(ownEnvironment(bench, 0), { TOKEN: 'old' });
  const update = { body: { scale_concurrency: 7 }, ifMatch: '*' };
  await bench.call('updateApp', { ...params, name: 'web' }, update);
  await until('the second revision', async () => {
    return ownEnvironment(bench, 0)['TOKEN'] === 'new' || ownEnvironment(bench, 1)['TOKEN'] === 'new' || undefined;
  });
  await bench.call('deleteSecret', params);
  await bench.restart();
  await untilApp(bench, 'web', 'ready');
  assert.ok(JSON.stringify([ownEnvironment(bench, 0), ownEnvironment(bench, 1)]).includes('new'));
});

test('a reference that leads nowhere is refused by name to whoever asks for it', async (t) => {
  const bench = await openControlBench(t);
  const missing = createApp(bench, { run_env_variables: [ALL_OF_TOKENS] }, false);
  await assert.rejects(missing, refusedWith('invalid_field', /no secret "tokens" in the project.*"force"/));
  await createTokens(bench, 'x');
  const noKey = { run_env_variables: [{ ...ALL_OF_TOKENS, type: 'secret_key_reference', key: 'NONE' }] } as const;
  await assert.rejects(
    createApp(bench, { run_env_variables: [...noKey.run_env_variables] }, false),
    refusedWith('invalid_field', /secret "tokens" has no key "NONE"/),
  );
  const wrongFormat = createApp(bench, { image_secret: 'tokens' });
  await assert.rejects(wrongFormat, refusedWith('invalid_field', /has format generic, needed is registry/));
  await createApp(bench, {});
  const params = { project_id: bench.projectId, name: 'web' };
  const body = { run_env_variables: [{ ...ALL_OF_TOKENS, reference: 'none' }] };
  await assert.rejects(
    bench.call('updateApp', params, { query: { force: false }, body, ifMatch: '*' }),
    refusedWith('invalid_field', /no secret "none"/),
  );
});

test('an app waits for what is missing, says so, and goes on when it comes', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench, { run_env_variables: [ALL_OF_TOKENS] });
  const params = { project_id: bench.projectId, app_name: 'web' };
  const events = await until('an event', async () => {
    const list = await bench.call('listAppEvents', params);
    return list.events.some(({ reason }) => reason === 'ReferenceMissing') ? list.events : undefined;
  });
  assert.equal(events.at(-1)?.message, 'Revision "web-00001" waits: there is no secret "tokens" in the project');
  assert.equal((await bench.call('getApp', { ...params, name: 'web' })).status, 'deploying');
  const update = { body: { scale_concurrency: 7 }, ifMatch: '*' };
  const asking = { ...update, query: { force: false } };
  const refused = bench.call('updateApp', { ...params, name: 'web' }, asking);
  await assert.rejects(refused, refusedWith('invalid_field', /no secret "tokens"/));
  await bench.call('updateApp', { ...params, name: 'web' }, update);
  await createTokens(bench, 'hunter2');
  await untilApp(bench, 'web', 'ready');
  assert.deepEqual(ownEnvironment(bench, 0), { TOKEN: 'hunter2' });
});

test('a literal is its name and value, whatever else clients of the public API send with it', async (t) => {
  const bench = await openControlBench(t);
  const filledIn = { type: 'literal', name: 'A', value: 'b', key: 'K', prefix: 'P_', reference: 'my-secret' } as const;
  const created = await createApp(bench, { run_env_variables: [filledIn] });
  assert.deepEqual(created.run_env_variables, [{ type: 'literal', name: 'A', value: 'b' }]);
  await untilApp(bench, 'web', 'ready');
  assert.deepEqual(ownEnvironment(bench, 0), { A: 'b' });
  const untyped = createApp(bench, { name: 'other', run_env_variables: [{ name: 'A', reference: 'my-secret' }] });
  await assert.rejects(untyped, refusedWith('invalid_field', /type literal has no reference/));
});

test('an image secret is the login for the pull, and a wrong one is said to be wrong', async (t) => {
  const bench = await openControlBench(t);
  const data = { server: 'https://registry.example/', username: 'robot', password: 'hunter2' };
  const body = { name: 'login', format: 'registry', data } as const;
  await bench.call('createSecret', { project_id: bench.projectId }, { body });
  await createApp(bench, { image_secret: 'login' });
  await untilApp(bench, 'web', 'ready');
  assert.deepEqual(bench.machine.images.credentialsOf(IMAGE), { ...data, server: 'registry.example' });
  await createApp(bench, { name: 'denied', image_reference: 'fake/denied', image_secret: 'login' });
  await untilApp(bench, 'denied', 'no_revision_ready');
  const revision = await bench.call('getAppRevision', {
    project_id: bench.projectId,
    app_name: 'denied',
    name: 'denied-00001',
  });
  assert.equal(revision.status_details?.reason, 'fetch_image_failed_wrong_pull_credentials');
});
