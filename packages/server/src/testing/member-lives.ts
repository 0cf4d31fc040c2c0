/** For tests of the API: the whole life of members and API keys, over the client of an administrator. */
import assert from 'node:assert/strict';
import type { Client } from '@slipway/client';
import { refusedWith } from './refused-with.ts';

export async function livesOfMembersAndKeys(client: Client, project_id: string): Promise<void> {
  const params = { project_id, id: 'anna@example.com' };
  await client.setMember({ params, body: { role: 'reader' } });
  assert.equal((await client.setMember({ params, body: { role: 'writer' } })).role, 'writer');
  const { members } = await client.listMembers({ params: { project_id } });
  assert.deepEqual(
    members.map(({ id, role }) => [id, role]),
    [['anna@example.com', 'writer']],
  );
  await client.removeMember({ params });
  await refusedWith('resource_not_found', client.removeMember({ params }));

  const ofPlatform = { id: 'bert@example.com' };
  await client.setPlatformMember({ params: ofPlatform, body: { role: 'viewer' } });
  assert.deepEqual(
    (await client.listPlatformMembers()).members.map(({ id, role }) => [id, role]),
    [['bert@example.com', 'viewer']],
  );
  await client.removePlatformMember({ params: ofPlatform });

  assert.equal((await client.getCaller()).platform_role, 'administrator');
  const { id, apikey, ...shown } = await client.createApiKey({ body: { name: 'laptop' } });
  assert.match(apikey, /^slk_[a-z0-9]{50}$/);
  const { api_keys: keys } = await client.listApiKeys();
  assert.deepEqual(keys, [{ id, ...shown }]);
  await client.deleteApiKey({ params: { id } });
  assert.equal((await client.listApiKeys()).api_keys.length, 0);
}
