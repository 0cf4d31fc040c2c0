import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mountFileSystem, unmount } from '@slipway/kernel';
import { askForQuickMoves } from './quick-moves.ts';

test('askForQuickMoves() asks the kernel, and leaves no mount and no folder', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'slipway-moves-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const [dir, askedPath] = [join(parent, 'moves'), join(parent, 'asked')];
  const release = /^(\d+)/.exec(readFileSync('/proc/sys/kernel/osrelease', 'utf8'))?.[1];
  const hasVersionOne = readFileSync('/proc/filesystems', 'utf8').includes('\tcgroup\n');
  const isKnown = hasVersionOne && Number(release) >= 6;
  assert.equal(askForQuickMoves({ dir, platformId: 'moves', askedPath }), isKnown);
  assert.equal(existsSync(askedPath), isKnown);
  assert.ok(!existsSync(dir));
  assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes(parent));
});

test('askForQuickMoves() lets go of what a daemon left that was killed while it asked', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'slipway-moves-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const [dir, askedPath] = [join(parent, 'moves'), join(parent, 'asked')];
  await mkdir(dir);
  mountFileSystem({ source: 'left', target: dir, type: 'tmpfs', flags: 0, options: '' });
  t.after(() => unmount(dir));
  writeFileSync(askedPath, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  assert.equal(askForQuickMoves({ dir, platformId: 'moves', askedPath }), true);
  assert.ok(!existsSync(dir));
});

test('askForQuickMoves() asks once per boot: others would see the hierarchy', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'slipway-moves-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const askedPath = join(parent, 'asked');
  // A folder below a file cannot be made, so a mount would fail.
  const dir = join(askedPath, 'moves');
  writeFileSync(askedPath, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  assert.equal(askForQuickMoves({ dir, platformId: 'moves', askedPath }), true);
  writeFileSync(askedPath, 'an earlier boot');
  assert.throws(() => askForQuickMoves({ dir, platformId: 'moves', askedPath }), { code: 'ENOTDIR' });
});
