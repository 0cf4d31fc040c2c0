/** Operations on the keys that secrets are stored with: ours, in the style of v2. */
import type { Operation } from '../operation.ts';
import * as dataKeys from '../resources/data-keys.ts';

export const DATA_KEY_OPERATIONS = {
  getDataKeys: {
    method: 'GET',
    path: '/platform/data_keys',
    access: 'platform_administer',
    summary: 'Get the names of the keys that secrets are stored with, and how far a rotation is',
    returns: dataKeys.DataKeys,
    status: 200,
  },
  rotateDataKeys: {
    method: 'POST',
    path: '/platform/data_keys',
    access: 'platform_administer',
    summary: 'Make a new key, seal everything with it, then forget the old ones; one that runs goes on',
    returns: dataKeys.DataKeys,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
