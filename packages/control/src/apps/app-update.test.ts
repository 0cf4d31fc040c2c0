import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppPatch } from '@slipway/spec';
import { mergePatch } from '../merge-patch.ts';
import { completeAppSettings, type AppSettings } from './app-settings.ts';
import { decideUpdate } from './app-update.ts';

const IMAGE = 'icr.io/a/b:1';
const PINNED = `icr.io/a/b@sha256:${'a'.repeat(64)}`;

function specFor(settings: AppSettings) {
  return { settings, revisionNumber: 4, imageCheck: 2 };
}

function decide(given: AppPatch, patch: object, namesImage = false) {
  const settings = completeAppSettings({ image_reference: IMAGE, ...given });
  const next = completeAppSettings(mergePatch(settings, patch) as AppSettings & AppPatch);
  const decided = decideUpdate(specFor(settings), { settings: next, namesImage });
  return decided && [decided.revisionNumber, decided.imageCheck];
}

test('decideUpdate(): what makes a revision, what looks at the tag, what does nothing', () => {
  assert.deepEqual(decide({}, { scale_max_instances: 3 }), [5, 2]);
  assert.deepEqual(decide({}, { image_reference: 'icr.io/a/b:2' }, true), [5, 2]);
  assert.deepEqual(decide({}, { image_reference: IMAGE }, true), [4, 3]);
  assert.deepEqual(decide({ image_reference: PINNED }, { image_reference: PINNED }, true), undefined);
  assert.deepEqual(decide({}, {}), undefined);
  assert.deepEqual(decide({}, { scale_max_instances: 10 }), undefined);
  assert.deepEqual(decide({ scale_max_instances: 3 }, { scale_max_instances: null }), [5, 2]);
  assert.deepEqual(decide({}, { managed_domain_mappings: 'local' }), [4, 2]);
  assert.deepEqual(decide({}, { probe_readiness: { port: 9000 } }), [5, 2]);
  assert.deepEqual(decide({ probe_readiness: { port: 9000 } }, { probe_readiness: null }), [5, 2]);
});

test('completeAppSettings() of complete settings changes nothing', () => {
  const settings = completeAppSettings({
    image_reference: IMAGE,
    probe_liveness: { type: 'http', path: '/live' },
    run_as_user: 1000,
    run_env_variables: [{ name: 'A', value: 'b' }],
  });
  assert.deepEqual(completeAppSettings(settings as AppSettings & AppPatch), settings);
});
