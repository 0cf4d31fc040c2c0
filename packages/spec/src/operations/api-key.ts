/** Operations of ours on API keys, and on who calls. */
import { Type } from '../json-schema.ts';
import { PageQuery, type Operation } from '../operation.ts';
import * as apiKey from '../resources/api-key.ts';
import { CallerIdentity } from '../resources/caller.ts';
import { EmptyObject } from '../resources/platform.ts';

export const API_KEY_OPERATIONS = {
  getCaller: {
    method: 'GET',
    path: '/caller',
    access: 'signed_in',
    summary: 'Get who is calling, with which roles',
    returns: CallerIdentity,
    status: 200,
  },
  listApiKeys: {
    method: 'GET',
    path: '/api_keys',
    access: 'signed_in',
    summary: 'List the API keys of the caller; an Administrator of the platform may ask for those of another user',
    query: Type.Object({ owner: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })), ...PageQuery }),
    returns: apiKey.ApiKeyList,
    status: 200,
  },
  createApiKey: {
    method: 'POST',
    path: '/api_keys',
    access: 'signed_in',
    summary: 'Create an API key; the answer is the only one that shows it',
    body: apiKey.ApiKeyPrototype,
    returns: apiKey.CreatedApiKey,
    status: 201,
  },
  deleteApiKey: {
    method: 'DELETE',
    path: '/api_keys/{id}',
    access: 'signed_in',
    summary: 'Revoke an API key, and every token made with it, at once',
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
