import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeMount } from './complete-mount.ts';

test('completeMount() takes the name that clients of the public API send, and keeps none', () => {
  const mount = { type: 'secret', reference: 'tokens', mount_path: '/etc/tokens' } as const;
  assert.deepEqual(completeMount({ ...mount, name: 'codeengine-mount-1' }), mount);
});
