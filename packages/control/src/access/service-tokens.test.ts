import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERVICE_ACCOUNTS } from '@slipway/spec';
import { API_AUDIENCE, IDENTITY_AUDIENCE, tokenFilesFor } from './service-tokens.ts';

test('tokenFilesFor() gives a token of the API to workloads with a role, and to no other', () => {
  const roles = SERVICE_ACCOUNTS.map((run_service_account) => {
    const files = tokenFilesFor({ run_service_account });
    assert.ok(files.every(({ audience, path }) => audience === API_AUDIENCE && path.endsWith('/serviceaccount/token')));
    return [run_service_account, files.map(({ role }) => role)];
  });
  assert.deepEqual(Object.fromEntries(roles), {
    default: [],
    manager: ['manager'],
    reader: ['reader'],
    writer: ['writer'],
    none: [],
  });
});

test('tokenFilesFor() gives a compute resource token where it is asked for, with no more rights than the account', () => {
  const settings = { run_service_account: 'none', run_compute_resource_token_enabled: true } as const;
  const what = 'compute resource token';
  const path = '/var/run/secrets/codeengine.cloud.ibm.com/compute-resource-token/token';
  assert.deepEqual(tokenFilesFor(settings), [{ what, path, audience: IDENTITY_AUDIENCE, role: undefined }]);
  const [, second] = tokenFilesFor({ ...settings, run_service_account: 'writer' });
  assert.deepEqual(second, { what, path, audience: IDENTITY_AUDIENCE, role: 'writer' });
});
