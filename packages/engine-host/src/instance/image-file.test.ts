import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readImageFile } from './image-file.ts';

test('readImageFile() takes the highest layer’s file and never follows a link to the host', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-image-file-'));
  t.after(() => rmSync(root, { recursive: true }));
  const [low, middle, high] = ['low', 'middle', 'high'].map((name) => join(root, name)) as [string, string, string];
  for (const layer of [low, middle]) mkdirSync(join(layer, 'etc'), { recursive: true });
  mkdirSync(high);
  writeFileSync(join(low, 'etc', 'passwd'), 'low');
  assert.equal(readImageFile([low, middle, high], ['etc', 'passwd']), 'low');
  writeFileSync(join(middle, 'etc', 'passwd'), 'middle');
  assert.equal(readImageFile([low, middle, high], ['etc', 'passwd']), 'middle');
  symlinkSync('/etc', join(high, 'etc'));
  assert.equal(readImageFile([low, middle, high], ['etc', 'passwd']), '');
  assert.equal(readImageFile([low], ['etc', 'group']), '');
});
