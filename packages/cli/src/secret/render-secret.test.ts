import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Secret } from '@slipway/spec';
import {
  encodeData,
  renderAccessSecret,
  renderAccessSecretList,
  renderSecret,
  renderSecretList,
} from './render-secret.ts';

const NOW_MS = Date.parse('2026-03-04T12:00:00Z');
const SIGHT = { projectName: 'shop', nowMs: NOW_MS };
const SECRET: Secret = {
  id: 's1',
  name: 'login',
  project_id: 'p1',
  created_at: '2026-03-04T11:58:54Z',
  entity_tag: '1',
  format: 'registry',
  data: { server: 'registry.example', password: 'geheim' },
};

test('renderSecret() shows values as they are given to it, below the labels of the public command line', () => {
  assert.equal(
    renderSecret(encodeData(SECRET), SIGHT),
    `Name:          login
ID:            s1
Format:        registry
Project Name:  shop
Project ID:    p1
Age:           1m6s
Created:       2026-03-04T11:58:54Z

Data:
---
server: cmVnaXN0cnkuZXhhbXBsZQ==
password: Z2VoZWlt
`,
  );
});

test('renderAccessSecret() has the shorter labels of registry and repo', () => {
  assert.equal(
    renderAccessSecret({ ...SECRET, data: {} }, SIGHT),
    `Name:        login
Project:     shop
Project ID:  p1
Age:         1m6s
Created:     2026-03-04T11:58:54Z
`,
  );
});

test('lists of secrets show no value', () => {
  assert.equal(renderSecretList([SECRET], NOW_MS), 'Name   Format    Age\nlogin  registry  1m6s\n');
  assert.equal(renderAccessSecretList([SECRET], NOW_MS), 'Name   Age\nlogin  1m6s\n');
});
