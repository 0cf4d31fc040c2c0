import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { openFilesLimit } from './raise-limits.ts';

test('openFilesLimit() reads the hard limit', async () => {
  assert.equal(
    openFilesLimit(
      'Limit  Soft  Hard  Units\nMax open files            1024                 4096                 files\n',
    ),
    4096,
  );
  assert.equal(openFilesLimit('Max open files            1024                 unlimited            files\n'), Infinity);
  assert.ok(openFilesLimit(await readFile('/proc/self/limits', 'utf8')) > 0);
});
