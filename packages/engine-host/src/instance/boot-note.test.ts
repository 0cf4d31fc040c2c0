import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isOfOtherBoot, noteBoot } from './boot-note.ts';

test('a run folder is of this boot once that was noted, and the note is not written again', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-boot-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'boot-id');
  assert.equal(isOfOtherBoot(path), false);
  noteBoot(path);
  assert.equal(isOfOtherBoot(path), false);
  const { ino, mtimeMs } = statSync(path);
  // What a note that was cut off leaves.
  writeFileSync(`${path}.tmp`, '');
  noteBoot(path);
  assert.equal(isOfOtherBoot(path), false);
  assert.deepEqual([statSync(path).ino, statSync(path).mtimeMs], [ino, mtimeMs]);
  writeFileSync(path, 'an earlier boot');
  assert.equal(isOfOtherBoot(path), true);
  noteBoot(path);
  assert.equal(isOfOtherBoot(path), false);
  assert.notEqual(statSync(path).ino, ino);
});
