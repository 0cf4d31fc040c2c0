/** Operations of ours on what declarations made. */
import { P, Page, type Operation } from '../operation.ts';
import * as applied from '../resources/applied-set.ts';
import { EmptyObject } from '../resources/platform.ts';

export const APPLIED_SET_OPERATIONS = {
  listAppliedSets: {
    method: 'GET',
    path: `${P}/applied_sets`,
    access: 'view',
    summary: 'List what declarations made',
    query: Page,
    returns: applied.AppliedSetList,
    status: 200,
  },
  replaceAppliedSet: {
    method: 'PUT',
    path: `${P}/applied_sets/{name}`,
    access: 'change',
    summary: 'Say what a declaration made, for the first time or anew',
    body: applied.AppliedSetReplacement,
    returns: applied.AppliedSet,
    status: 200,
  },
  deleteAppliedSet: {
    method: 'DELETE',
    path: `${P}/applied_sets/{name}`,
    access: 'change',
    summary: 'Forget what a declaration made; the resources stay',
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
