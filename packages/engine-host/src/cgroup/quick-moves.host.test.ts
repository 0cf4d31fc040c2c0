import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { askForQuickMoves } from './quick-moves.ts';

test('askForQuickMoves() asks the kernel, and leaves no mount and no folder', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'slipway-moves-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const dir = join(parent, 'moves');
  const release = /^(\d+)/.exec(readFileSync('/proc/sys/kernel/osrelease', 'utf8'))?.[1];
  const hasVersionOne = readFileSync('/proc/filesystems', 'utf8').includes('\tcgroup\n');
  assert.equal(askForQuickMoves(dir, 'moves'), hasVersionOne && Number(release) >= 6);
  assert.ok(!existsSync(dir));
  assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes(parent));
});
