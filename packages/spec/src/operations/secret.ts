/** Operations on secrets. */
import { Type } from '../json-schema.ts';
import { P, PageQuery, type Operation } from '../operation.ts';
import * as secret from '../resources/secret.ts';
import { EmptyObject } from '../resources/platform.ts';
import { words } from '../resources/schema.ts';

export const SECRET_OPERATIONS = {
  listSecrets: {
    method: 'GET',
    path: `${P}/secrets`,
    access: 'view',
    summary: 'List secrets',
    query: Type.Object({ format: Type.Optional(words(secret.LISTED_SECRET_FORMATS)), ...PageQuery }),
    returns: secret.SecretList,
    status: 200,
  },
  createSecret: {
    method: 'POST',
    path: `${P}/secrets`,
    access: 'change',
    summary: 'Create a secret',
    body: secret.SecretPrototype,
    returns: secret.Secret,
    status: 201,
  },
  getSecret: {
    method: 'GET',
    path: `${P}/secrets/{name}`,
    access: 'view',
    summary: 'Get a secret',
    returns: secret.Secret,
    status: 200,
  },
  replaceSecret: {
    method: 'PUT',
    path: `${P}/secrets/{name}`,
    access: 'change',
    summary: 'Replace the data of a secret',
    body: secret.SecretReplacement,
    ifMatch: true,
    returns: secret.Secret,
    status: 200,
  },
  deleteSecret: {
    method: 'DELETE',
    path: `${P}/secrets/{name}`,
    access: 'change',
    summary: 'Delete a secret',
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
