import assert from 'node:assert/strict';
import test from 'node:test';
import type { AuditRecord } from '@slipway/spec';
import { refusedWith } from '../testing/refused-with.ts';
import { startRealControl } from '../testing/real-control.ts';

const IMAGE = 'registry.example/fake/web:1';

function outlineOf({ action, user_id: user, target, outcome, status_code: status, error_code: code }: AuditRecord) {
  const parts = [action.replace('codeengine.', ''), user, target.name, outcome, status, code];
  return parts.filter((part) => part !== undefined).join(' ');
}

test('every call leaves a record: who, what, when, from where, how it ended, and nothing of what was sent', async (t) => {
  const { client, clientWith, origin } = await startRealControl(t);
  const { id: project_id = '' } = await client.createProject({ body: { name: 'shop' } });
  const { apikey, id: keyId } = await client.createApiKey({ body: { name: 'ci', owner: 'anna' } });
  await client.setMember({ params: { project_id, id: 'anna' }, body: { role: 'writer' } });
  const anna = clientWith(apikey);
  const params = { project_id };
  await anna.createSecret({ params, body: { name: 'tokens', format: 'generic', data: { KEY: 'hunter2' } } });
  await anna.listApps({ params, query: { limit: 7 } });
  await refusedWith('forbidden', anna.listProjectAudit({ params }));
  await refusedWith('name_taken', anna.createSecret({ params, body: { name: 'tokens', format: 'generic' } }));
  await fetch(`${origin}/v2/projects/${project_id}/apps/web?start=hunter2`, {
    headers: { authorization: 'Bearer hunter2' },
  });
  const { audit } = await client.listProjectAudit({ params, query: { until: '2999-01-01' } });
  const outlines = audit.map(outlineOf);
  assert.deepEqual(
    outlines.toSorted(),
    [
      'application.list anna success 200',
      'application.read web failure 401 unauthorized',
      'audit.list anna failure 403 forbidden',
      'member.update local-administrator anna success 200',
      'secret.create anna tokens failure 409 name_taken',
      'secret.create anna tokens success 201',
    ].toSorted(),
  );
  const made = audit.find(({ outcome, action }) => outcome === 'success' && action === 'codeengine.secret.create');
  assert.equal(made?.credential_id, keyId);
  assert.equal(made?.credential_kind, 'api_key');
  assert.equal(made?.source, '127.0.0.1');
  assert.match(made?.id ?? '', /^codeengine-api-/);
  assert.ok(Math.abs(Date.parse(made?.at ?? '') - Date.now()) < 24 * 60 * 60_000);
  const all = JSON.stringify(await client.listAudit());
  assert.ok(!all.includes('hunter2') && !all.includes(apikey), 'a value or a credential is in the record');
});

test('a project that may not be seen, an unknown path and a wrong method are in the record of the platform', async (t) => {
  const { client, clientWith, origin, token } = await startRealControl(t);
  const { id: project_id = '' } = await client.createProject({ body: { name: 'shop' } });
  const { apikey } = await client.createApiKey({ body: { name: 'ci', owner: 'stranger' } });
  const body = { name: 'web', image_reference: IMAGE };
  await refusedWith('resource_not_found', clientWith(apikey).createApp({ params: { project_id }, body }));
  const headers = { authorization: `Bearer ${token}` };
  await fetch(`${origin}/v2/secrets-of-anna`, { headers });
  await fetch(`${origin}/v2/platform`, { method: 'DELETE', headers });
  await fetch(`${origin}/healthz`);
  const { audit } = await client.listAudit({ query: { outcome: 'failure' } });
  assert.deepEqual(audit.map(outlineOf).toSorted(), [
    'application.create stranger failure 404 resource_not_found',
    'unknown.delete local-administrator failure 405 method_not_allowed',
    'unknown.read local-administrator failure 404 operation_not_found',
  ]);
});

test('the record is read in pages, and filters go on from page to page', async (t) => {
  const { client } = await startRealControl(t);
  for (const name of ['a', 'b', 'c']) await client.createProject({ body: { name } });
  const query = { action: 'codeengine.project.create', limit: 2 };
  const first = await client.listAudit({ query });
  const second = await client.listAudit({ query: { ...query, start: first.next?.start ?? '' } });
  const names = [...first.audit, ...second.audit].map(({ target }) => target.name);
  assert.deepEqual(names, ['c', 'b', 'a']);
  assert.match(first.next?.href ?? '', /action=codeengine.project.create/);
  assert.equal(second.next, undefined);
  const all = await client.listAudit({ query: { ...query, start: 'none' } });
  assert.deepEqual(all.audit, first.audit);
});
