import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDataKeys } from './render-data-keys.ts';

test('renderDataKeys() names the keys and says how far the rotation is', () => {
  const rotation = { state: 'running', resealed: 7, started_at: '2026-01-31T12:00:00.000Z' } as const;
  assert.equal(
    renderDataKeys({ active_key_id: 'k-2', key_ids: ['k-1', 'k-2'], rotation }),
    [
      'Active Key:  k-2',
      'Older Keys:  k-1',
      'Rotation:    running',
      'Resealed:    7',
      'Started:     2026-01-31T12:00:00.000Z',
      '',
    ].join('\n'),
  );
});
