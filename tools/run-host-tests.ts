/**
 * Runs tests that need root and the machine's programs (`*.host.test.ts`) inside a private mount namespace, as the
 * platform's daemon runs: hybrid control groups are hidden there, and mounts a test leaves cannot reach the machine.
 * Usage: node tools/run-host-tests.ts FILE… (options of `node --test` may come before the files).
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HYBRID_CGROUPS = '/sys/fs/cgroup/unified';

function run(argv: readonly [string, ...string[]]): number {
  const [program, ...rest] = argv;
  const result = spawnSync(program, rest, { stdio: 'inherit' });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

/** Asynchronous, so that a signal reaches the tests and we still tidy up. */
async function test(argv: readonly [string, ...string[]]): Promise<number> {
  const [program, ...rest] = argv;
  const child = spawn(program, rest, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

function mustRun(argv: readonly [string, ...string[]]): void {
  const code = run(argv);
  if (code !== 0) throw new Error(`Cannot prepare the tests: ${argv.join(' ')} ended with code ${code}`);
}

const dir = await mkdtemp(join(tmpdir(), 'slipway-host-tests-'));
const namespace = join(dir, 'mnt');
const inside = ['nsenter', `--mount=${namespace}`, `--wd=${process.cwd()}`, '--'] as const;
try {
  mustRun(['mount', '--bind', dir, dir]);
  mustRun(['mount', '--make-private', dir]);
  await writeFile(namespace, '');
  mustRun(['unshare', `--mount=${namespace}`, '--propagation=unchanged', 'true']);
  mustRun([...inside, 'mount', '--make-rprivate', '/']);
  if (existsSync(join(HYBRID_CGROUPS, 'cgroup.procs'))) mustRun([...inside, 'umount', HYBRID_CGROUPS]);
  process.exitCode = await test([
    ...inside,
    process.execPath,
    '--test',
    '--test-concurrency=1',
    ...process.argv.slice(2),
  ]);
} finally {
  run(['umount', '-l', namespace]);
  run(['umount', '-l', dir]);
  await rm(dir, { recursive: true, force: true });
}
