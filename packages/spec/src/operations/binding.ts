/** Operations on bindings. */
import { P, Page, type Operation } from '../operation.ts';
import * as binding from '../resources/binding.ts';
import { EmptyObject } from '../resources/platform.ts';

export const BINDING_OPERATIONS = {
  listBindings: {
    method: 'GET',
    path: `${P}/bindings`,
    access: 'view',
    summary: 'List bindings',
    query: Page,
    returns: binding.BindingList,
    status: 200,
  },
  createBinding: {
    method: 'POST',
    path: `${P}/bindings`,
    access: 'change',
    summary: 'Create a binding',
    body: binding.BindingPrototype,
    returns: binding.Binding,
    status: 201,
  },
  getBinding: {
    method: 'GET',
    path: `${P}/bindings/{id}`,
    access: 'view',
    summary: 'Get a binding',
    returns: binding.Binding,
    status: 200,
  },
  deleteBinding: {
    method: 'DELETE',
    path: `${P}/bindings/{id}`,
    access: 'change',
    summary: 'Delete a binding',
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
