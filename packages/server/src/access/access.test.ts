/** Roles and API keys as people use them, over HTTP with the real control plane and SQLite. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Client } from '@slipway/client';
import type { ProjectRole } from '@slipway/spec';
import { startRealControl, type RealControl } from '../testing/real-control.ts';
import { refusedWith } from '../testing/refused-with.ts';

const IMAGE = 'registry.example/fake/good:1';

async function createProject(client: Client, name: string): Promise<string> {
  return (await client.createProject({ body: { name } })).id ?? '';
}

/** A user with a role in a project and a key. */
async function member(
  { client, clientWith }: RealControl,
  {
    project_id,
    role,
    id = `a-${role}`,
  }: { readonly project_id: string; readonly role: ProjectRole; readonly id?: string },
) {
  await client.setMember({ params: { project_id, id }, body: { role } });
  const key = await client.createApiKey({ body: { name: 'laptop', owner: id } });
  return { id, keyId: key.id, apikey: key.apikey, client: clientWith(key.apikey) };
}

test('a Reader sees that values are there and none of them; a Writer sees them', async (t) => {
  const platform = await startRealControl(t);
  const project_id = await createProject(platform.client, 'shop');
  const project = { params: { project_id } };
  const reader = await member(platform, { project_id, role: 'reader' });
  const writer = await member(platform, { project_id, role: 'writer' });
  await writer.client.createSecret({ ...project, body: { name: 's', format: 'generic', data: { TOKEN: 'hunter2' } } });
  await writer.client.createConfigMap({ ...project, body: { name: 'c', data: { COLOUR: 'hunter2' } } });
  const params = { project_id, name: 's' };
  const settings = { params: { project_id, name: 'c' } };

  assert.deepEqual((await reader.client.getSecret({ params })).data, { TOKEN: 'REDACTED' });
  assert.deepEqual((await reader.client.getConfigMap(settings)).data, { COLOUR: 'REDACTED' });
  const lists = [await reader.client.listConfigMaps(project), await reader.client.listSecrets(project)];
  assert.equal(JSON.stringify(lists).includes('hunter2'), false);
  assert.match(JSON.stringify(lists), /REDACTED/);
  assert.deepEqual((await writer.client.getSecret({ params })).data, { TOKEN: 'hunter2' });
  assert.deepEqual((await writer.client.getConfigMap(settings)).data, { COLOUR: 'hunter2' });

  const refused = await refusedWith('forbidden', reader.client.deleteSecret({ params }));
  assert.equal(
    refused.message,
    'Cannot delete a secret: this takes role Writer of the project, yours is reader of the project. Ask a Manager of the project for it',
  );
});

test('everyone lists the projects that they may see, in full pages', async (t) => {
  const platform = await startRealControl(t);
  const ids: string[] = [];
  for (let number = 0; number < 9; number += 1) ids.push(await createProject(platform.client, `p${number}`));
  const mine = ids.filter((_id, at) => at % 2 === 0).toSorted();
  for (const project_id of mine) await member(platform, { project_id, role: 'reader', id: 'anna' });
  const { apikey } = await platform.client.createApiKey({ body: { name: 'list', owner: 'anna' } });
  const client = platform.clientWith(apikey);

  const seen: string[] = [];
  const sizes: number[] = [];
  for (let start: string | undefined, more = true; more;) {
    const page = await client.listProjects({ query: { limit: 2, ...(start !== undefined && { start }) } });
    seen.push(...page.projects.map(({ id = '' }) => id));
    sizes.push(page.projects.length);
    start = page.next?.start;
    more = start !== undefined;
  }
  assert.deepEqual(seen, mine);
  assert.deepEqual(sizes, [2, 2, 1]);
  const stranger = await platform.client.createApiKey({ body: { name: 'list', owner: 'stranger' } });
  assert.deepEqual((await platform.clientWith(stranger.apikey).listProjects()).projects, []);
  const { projects } = await client.getCaller();
  assert.deepEqual(projects.map(({ project_id }) => project_id).toSorted(), mine);
});

test('who creates a project as an Editor is its Manager, and of no other', async (t) => {
  const platform = await startRealControl(t);
  const other = await createProject(platform.client, 'other');
  await platform.client.setPlatformMember({ params: { id: 'ed' }, body: { role: 'editor' } });
  const { apikey } = await platform.client.createApiKey({ body: { name: 'laptop', owner: 'ed' } });
  const editor = platform.clientWith(apikey);
  const project_id = await createProject(editor, 'mine');
  assert.deepEqual((await editor.getCaller()).projects, [{ project_id, role: 'manager' }]);
  await editor.setMember({ params: { project_id, id: 'anna' }, body: { role: 'writer' } });
  await refusedWith('forbidden', editor.listApps({ params: { project_id: other } }));
});

test('a role that is lowered or taken back counts with the next request', async (t) => {
  const platform = await startRealControl(t);
  const project_id = await createProject(platform.client, 'shop');
  const { id, client } = await member(platform, { project_id, role: 'writer' });
  const create = (name: string) => client.createConfigMap({ params: { project_id }, body: { name } });
  await create('one');
  await platform.client.setMember({ params: { project_id, id }, body: { role: 'reader' } });
  await refusedWith('forbidden', create('two'));
  await platform.client.removeMember({ params: { project_id, id } });
  const gone = await refusedWith('resource_not_found', create('three'));
  assert.equal(gone.message, `Cannot find project "${project_id}"`);
});

test('an API key is stored as a digest, has the rights of its owner, and ends when it is revoked', async (t) => {
  const platform = await startRealControl(t);
  const project_id = await createProject(platform.client, 'shop');
  const { keyId, apikey, client } = await member(platform, { project_id, role: 'reader', id: 'anna' });
  const identity = await client.getCaller();
  assert.deepEqual([identity.id, identity.kind, identity.api_key_id], ['anna', 'api_key', keyId]);
  await refusedWith('forbidden', client.createApiKey({ body: { name: 'more', owner: 'bert' } }));
  await refusedWith('forbidden', client.listApiKeys({ query: { owner: 'bert' } }));

  const [shown] = (await client.listApiKeys()).api_keys;
  assert.equal(shown?.id, keyId);
  assert.ok(shown?.last_used_at);
  assert.equal(JSON.stringify(shown).includes(apikey), false);

  const stranger = await member(platform, { project_id, role: 'manager', id: 'bert' });
  await refusedWith('resource_not_found', stranger.client.deleteApiKey({ params: { id: keyId } }));
  await client.deleteApiKey({ params: { id: keyId } });
  const refused = await refusedWith('unauthorized', client.getCaller());
  assert.equal(refused.message.includes(apikey), false);
});

test('an Administrator makes keys for others, but none that would outlive their own role', async (t) => {
  const platform = await startRealControl(t);
  await platform.client.setPlatformMember({ params: { id: 'root' }, body: { role: 'administrator' } });
  const { apikey } = await platform.client.createApiKey({ body: { name: 'k', owner: 'root' } });
  const root = platform.clientWith(apikey);
  assert.equal((await root.createApiKey({ body: { name: 'k', owner: 'anna' } })).owner, 'anna');
  await refusedWith('invalid_field', root.createApiKey({ body: { name: 'k', owner: 'local-administrator' } }));
  await platform.client.removePlatformMember({ params: { id: 'root' } });
  await refusedWith('forbidden', root.createApiKey({ body: { name: 'k', owner: 'anna' } }));
});

test('an API key cannot be made valid until a time that is past or none', async (t) => {
  const { client } = await startRealControl(t);
  for (const expires_at of ['2001-01-01T00:00:00Z', '2999-01-01', 'tomorrow']) {
    const refused = await refusedWith('invalid_field', client.createApiKey({ body: { name: 'k', expires_at } }));
    assert.match(refused.message, /expires_at/);
  }
  const { expires_at } = await client.createApiKey({ body: { name: 'k', expires_at: '2999-01-01T00:00:00+01:00' } });
  assert.equal(expires_at, '2998-12-31T23:00:00.000Z');
});

test('a log that is followed ends soon after its reader is no member any more', async (t) => {
  const platform = await startRealControl(t, { streamRecheckMs: 20 });
  const project_id = await createProject(platform.client, 'shop');
  const { id, client } = await member(platform, { project_id, role: 'reader' });
  const body = { name: 'web', image_reference: IMAGE };
  await platform.client.createApp({ params: { project_id }, body });
  const params = { project_id, app_name: 'web' };
  const lines = await client.listAppLogs({ params, query: { follow: true } });
  const ended = assert.rejects(async () => {
    for await (const line of lines) assert.equal(typeof line.text, 'string');
  }, /connection|broken|cut|abort|terminated/i);
  await platform.client.removeMember({ params: { project_id, id } });
  await ended;
});
