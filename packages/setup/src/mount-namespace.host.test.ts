import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProcess } from '@slipway/process';
import { parseProcessorList } from './mount-namespace.ts';

const MODULE = join(import.meta.dirname, 'mount-namespace.ts');
const PROGRAM = `
  const { ensureMountNamespace, hasMountNamespace, removeMountNamespace } = await import(${JSON.stringify(MODULE)});
  const dir = process.argv[1];
  const seen = [await hasMountNamespace(dir)];
  await ensureMountNamespace(dir);
  await ensureMountNamespace(dir);
  seen.push(await hasMountNamespace(dir));
  await removeMountNamespace(dir);
  seen.push(await hasMountNamespace(dir));
  console.log(JSON.stringify(seen));
`;

test('ensureMountNamespace() works inside a namespace that any processor has made', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-mnt-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const processors = parseProcessorList(await readFile('/proc/self/status', 'utf8'));
  for (const outer of processors) {
    for (const turn of [1, 2]) {
      const made = [
        'taskset',
        '--cpu-list',
        String(outer),
        'unshare',
        '--mount',
        '--propagation=private',
        '--',
      ] as const;
      // The program begins on one processor and may go to all: as a caller does.
      const all = processors.join(',');
      const argv = ['taskset', '--cpu-list', all, process.execPath, '-e', PROGRAM, join(dir, `${outer}-${turn}`)];
      const { stdout } = await runProcess([...made, ...argv]);
      assert.deepEqual(JSON.parse(stdout), [false, true, false], `made on processor ${outer}`);
    }
  }
});
