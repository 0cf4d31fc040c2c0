import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Refusal } from '@slipway/spec';
import { openFileSourceStore } from './file-source-store.ts';

test(
  'put() on a full disk refuses with disk_full and leaves nothing behind',
  { skip: process.getuid?.() === 0 ? false : 'only root can mount a small disk' },
  async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'slipway-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir]);
    t.after(() => {
      execFileSync('umount', [dir]);
      rmSync(dir, { recursive: true, force: true });
    });
    const store = await openFileSourceStore({ dir });
    const bytes = Buffer.alloc(256 * 1024);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const put = store.put('p', sha256, toChunks(bytes), { bytesMax: 1e6, signal: new AbortController().signal });
    await assert.rejects(put, (error) => error instanceof Refusal && error.code === 'disk_full');
    assert.deepEqual(readdirSync(join(dir, '.incoming')), []);
  },
);

async function* toChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
}
