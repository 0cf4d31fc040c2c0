import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reclamation } from '@slipway/spec';
import { renderReclamation, renderReclamationList } from './render-reclamation.ts';

const SHOP: Reclamation = {
  id: 'p1',
  project_name: 'shop',
  deleted_at: '2026-01-01T00:00:00.000Z',
  target_time: '2026-01-08T00:00:00.000Z',
  status: 'soft_deleted',
  href: 'http://127.0.0.1:8780/v2/reclamations/p1',
  resource_type: 'reclamation_v2',
};

test('renderReclamationList() says how long a project can be restored', () => {
  const text = renderReclamationList([SHOP], Date.parse('2026-01-03T20:00:00.000Z'));
  assert.deepEqual(text.split('\n'), [
    'Name  ID  Status        Time to Hard Deletion',
    'shop  p1  soft_deleted  4d4h',
    '',
  ]);
});

test('renderReclamation() counts no further than to the end', () => {
  const text = renderReclamation({ ...SHOP, status: 'pending_removal' }, Date.parse('2026-01-09T00:00:00.000Z'));
  assert.match(text, /Time to Hard Deletion:\s+0s\n/);
});
