import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { DataKeys } from '@slipway/spec';
import { openKeyedControl, type KeyedControl } from './testing/keyed-control.ts';

const SECRETS = 40;
const CRASHES = 4;
const LOOKS_MAX = 2000;
const VICTIM = join(import.meta.dirname, 'testing/rotating-process.ts');

async function folderFor(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-rotation-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function projectOf({ call }: KeyedControl): Promise<string> {
  const { projects } = await call('listProjects');
  return projects[0]?.id ?? '';
}

/** Secrets, and an app whose revision holds a copy of a value; the project has a certificate. */
async function fill(keyed: KeyedControl): Promise<void> {
  const project_id = await projectOf(keyed);
  const params = { project_id };
  for (let number = 0; number < SECRETS; number += 1) {
    const body = { name: `s-${number}`, format: 'generic', data: { KEY: `value-${number}` } } as const;
    await keyed.call('createSecret', { params, body });
  }
  const reference = { type: 'secret_full_reference', reference: 's-0' } as const;
  const body = { name: 'web', image_reference: 'registry.example/fake/web:1', run_env_variables: [reference] };
  await keyed.call('createApp', { params, body });
  await looked(async () => {
    const revision = await keyed.store.get({ kind: 'app_revision', projectId: project_id, name: 'web-00001' });
    return (revision?.status as { environment?: unknown } | undefined)?.environment !== undefined;
  });
}

async function looked(isTrue: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail(`it did not come true within ${LOOKS_MAX} looks`);
}

async function untilDone({ call }: KeyedControl): Promise<DataKeys> {
  await looked(async () => (await call('getDataKeys')).rotation.state !== 'running');
  return call('getDataKeys');
}

async function readValues(keyed: KeyedControl): Promise<readonly (string | undefined)[]> {
  const project_id = await projectOf(keyed);
  const values: (string | undefined)[] = [];
  for (let number = 0; number < SECRETS; number += 1) {
    const { data } = await keyed.call('getSecret', { params: { project_id, name: `s-${number}` } });
    values.push((data as { KEY?: string } | undefined)?.KEY);
  }
  return values;
}

/** Every key that anything in the database is sealed with. */
async function keysInUse({ store }: KeyedControl): Promise<ReadonlySet<string>> {
  const rows = [
    ...(await store.list({ kind: 'secret', limit: 1000 })),
    ...(await store.list({ kind: 'app_revision', limit: 1000 })),
  ];
  const found = JSON.stringify(rows).matchAll(/"keyId":"([^"]*)"/g);
  return new Set([...found].map(([, id = '']) => id));
}

const VALUES = Array.from({ length: SECRETS }, (_none, number) => `value-${number}`);

test('a rotation seals everything with a new key, forgets the old one, and changes no entity tag', async (t) => {
  const dir = await folderFor(t);
  const keyed = await openKeyedControl(dir);
  t.after(() => keyed.close());
  await fill(keyed);
  const project_id = await projectOf(keyed);
  const params = { project_id, name: 's-1' };
  const before = await keyed.call('getDataKeys');
  const { entity_tag: tag } = await keyed.call('getSecret', { params });
  const started = await keyed.call('rotateDataKeys');
  assert.equal(started.rotation.state, 'running');
  assert.notEqual(started.active_key_id, before.active_key_id);
  const done = await untilDone(keyed);
  assert.deepEqual(
    [done.rotation.state, done.rotation.resealed, done.key_ids],
    // With the revision's copy and the certificate of the project.
    ['idle', SECRETS + 2, [done.active_key_id]],
  );
  assert.deepEqual([...(await keysInUse(keyed))], [done.active_key_id]);
  assert.deepEqual(await readValues(keyed), VALUES);
  assert.equal((await keyed.call('getSecret', { params })).entity_tag, tag);
  const file = await readFile(join(dir, 'data-keys.json'), 'utf8');
  assert.ok(!file.includes(before.active_key_id) && file.includes(done.active_key_id));
});

test('secrets that are written during a rotation are sealed with the new key, and none is lost', async (t) => {
  const keyed = await openKeyedControl(await folderFor(t));
  t.after(() => keyed.close());
  await fill(keyed);
  const project_id = await projectOf(keyed);
  const wanted = [...VALUES];
  let isOver = false;
  const writers = [0, 1, 2, 3].map(async (writer) => {
    for (let round = 0; !isOver; round += 1) {
      const number = (writer * 10 + round) % SECRETS;
      if (number % 4 !== writer) continue;
      const value = `value-${number}-${round}`;
      const body = { format: 'generic', data: { KEY: value } } as const;
      await keyed.call('replaceSecret', { params: { project_id, name: `s-${number}` }, body, ifMatch: '*' });
      wanted[number] = value;
    }
  });
  for (let rotations = 0; rotations < 3; rotations += 1) {
    await keyed.call('rotateDataKeys');
    assert.equal((await untilDone(keyed)).rotation.state, 'idle');
  }
  isOver = true;
  await Promise.all(writers);
  assert.deepEqual([...(await keysInUse(keyed))], (await keyed.call('getDataKeys')).key_ids);
  assert.deepEqual(await readValues(keyed), wanted);
});

test('a rotation whose process was killed goes on at the next start, wherever it was', async (t) => {
  const dir = await folderFor(t);
  const first = await openKeyedControl(dir);
  await fill(first);
  await first.close();
  for (let crash = 0; crash < CRASHES; crash += 1) {
    const child = spawn(process.execPath, [VICTIM, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    let bytes = 0;
    const killAfterBytes = 1 + Math.floor(Math.random() * 600);
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes >= killAfterBytes) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const keyed = await openKeyedControl(dir);
    const { key_ids: keys, active_key_id: active, rotation } = await untilDone(keyed);
    assert.deepEqual([rotation.state, keys], ['idle', [active]]);
    assert.deepEqual([...(await keysInUse(keyed))], [active]);
    assert.deepEqual(await readValues(keyed), VALUES);
    await keyed.close();
  }
});

test('a backup of the database from before a rotation needs the key file of its time, and the start says so', async (t) => {
  const dir = await folderFor(t);
  const keyed = await openKeyedControl(dir);
  await fill(keyed);
  await keyed.close();
  const backup = await folderFor(t);
  await copyFile(join(dir, 'resources.sqlite'), join(backup, 'resources.sqlite'));
  const again = await openKeyedControl(dir);
  await again.call('rotateDataKeys');
  await untilDone(again);
  await again.close();
  await copyFile(join(dir, 'data-keys.json'), join(backup, 'data-keys.json'));
  await assert.rejects(openKeyedControl(backup), /key "k-[0-9a-f]+" is not in .*data-keys.json. Restore that file/);
});
