/** Operations on functions. */
import { Type } from '../json-schema.ts';
import { P, Page, ReferenceQuery, type Operation } from '../operation.ts';
import * as fn from '../resources/function.ts';
import { EmptyObject } from '../resources/platform.ts';

export const FUNCTION_OPERATIONS = {
  listFunctionRuntimes: {
    method: 'GET',
    path: '/function_runtimes',
    access: 'signed_in',
    summary: 'List the runtimes of functions',
    returns: fn.FunctionRuntimeList,
    status: 200,
  },
  listFunctions: {
    method: 'GET',
    path: `${P}/functions`,
    access: 'view',
    summary: 'List functions',
    query: Page,
    returns: fn.FunctionList,
    status: 200,
  },
  createFunction: {
    method: 'POST',
    path: `${P}/functions`,
    access: 'change',
    summary: 'Create a function',
    query: ReferenceQuery,
    body: fn.FunctionPrototype,
    returns: fn.Function,
    status: 201,
  },
  getFunction: {
    method: 'GET',
    path: `${P}/functions/{name}`,
    access: 'view',
    summary: 'Get a function',
    returns: fn.Function,
    status: 200,
  },
  updateFunction: {
    method: 'PATCH',
    path: `${P}/functions/{name}`,
    access: 'change',
    summary: 'Update a function',
    query: ReferenceQuery,
    body: fn.FunctionPatch,
    bodyKind: 'merge-patch',
    ifMatch: true,
    returns: fn.Function,
    status: 200,
  },
  deleteFunction: {
    method: 'DELETE',
    path: `${P}/functions/{name}`,
    access: 'change',
    summary: 'Delete a function',
    query: Type.Object({ keep_service_access: Type.Optional(Type.Boolean()) }),
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
