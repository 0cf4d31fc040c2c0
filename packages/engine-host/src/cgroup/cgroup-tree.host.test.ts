/**
 * The same promises of control groups on both versions, in groups made here and with processes of the machine. Version 2
 * is mounted at a folder of its own, where a machine that has it for hugetlb alone offers what the kernel does itself:
 * freezing, killing and lists of processes.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { mountFileSystem, unmount } from '@slipway/kernel';
import { until } from '../testing/runtime-bed.ts';
import { createCgroupTree, type CgroupTree } from './cgroup-tree.ts';

const PARENT = '/slipway-tcg';
const MACHINE_ROOT = '/sys/fs/cgroup';
/** Says what it is told, and counts in between, so that it is never without something to do. */
const BUSY_ECHO = `process.stdin.on('data', (text) => process.stdout.write(text)); setInterval(() => {}, 1)`;
/** Waits for a line, so that what it starts is born in the group it is in by then. */
const PARENT_OF_ANOTHER = 'read line; sleep 1000 & echo begun; wait';

interface Hierarchy {
  readonly cgroupRoot: string;
  /** Where a process is put into a group: one folder for every hierarchy of the version. */
  readonly roots: readonly string[];
  readonly close: () => void;
}

function versionTwo(): Hierarchy {
  const cgroupRoot = mkdtempSync(join(tmpdir(), 'slipway-cgroup2-'));
  mountFileSystem({ source: 'none', target: cgroupRoot, type: 'cgroup2', flags: 0, options: '' });
  const close = () => {
    unmount(cgroupRoot);
    rmdirSync(cgroupRoot);
  };
  return { cgroupRoot, roots: [cgroupRoot], close };
}

function versionOne(): Hierarchy {
  const roots = ['freezer', 'memory'].map((controller) => join(MACHINE_ROOT, controller));
  return { cgroupRoot: MACHINE_ROOT, roots, close: () => undefined };
}

const HIERARCHIES = [
  {
    version: 'version 2',
    find: versionTwo,
    skip: !readFileSync('/proc/filesystems', 'utf8').includes('\tcgroup2\n') && 'the kernel has no version 2',
  },
  {
    version: 'version 1',
    find: versionOne,
    skip: !existsSync(`${MACHINE_ROOT}/freezer/cgroup.procs`) && 'the machine has no hierarchy of the freezer',
  },
];

interface Bed extends Hierarchy {
  readonly tree: CgroupTree;
  /** A program in a group, which is made when it is not there. */
  readonly run: (group: string, argv: readonly string[]) => Promise<ChildProcess>;
}

function openBed(t: TestContext, hierarchy: Hierarchy): Bed {
  const { cgroupRoot, roots } = hierarchy;
  const tree = createCgroupTree(PARENT, cgroupRoot);
  const children: ChildProcess[] = [];
  t.after(async () => {
    await tree.removeParent();
    await Promise.all(children.map(endOf));
    for (const root of roots) assert.ok(!existsSync(join(root, PARENT)));
    hierarchy.close();
  });
  return {
    ...hierarchy,
    tree,
    run: async (group, [program = '', ...rest]) => {
      const folders = roots.map((root) => join(root, PARENT, group));
      for (const folder of folders) mkdirSync(folder, { recursive: true });
      const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'ignore'] });
      children.push(child);
      await once(child, 'spawn');
      for (const folder of folders) writeFileSync(join(folder, 'cgroup.procs'), String(child.pid));
      return child;
    },
  };
}

const echo = [process.execPath, '-e', BUSY_ECHO] as const;

function collect(child: ChildProcess): () => string {
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return () => said;
}

async function answer(child: ChildProcess, text: string): Promise<void> {
  const said = collect(child);
  child.stdin?.write(text);
  await until(`"${text}" comes back`, () => said().includes(text));
}

/** Processor time it has used so far, in ticks. */
function ticksOf({ pid }: ChildProcess): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11, 13) ?? [];
  return Number(user) + Number(system);
}

/** Others of the machine have meanwhile had time enough for a spinning process to be seen. */
async function whileOthersRun(ticks = 5): Promise<void> {
  const other = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  await once(other, 'spawn');
  await until('another process has run', () => ticksOf(other) >= ticks).finally(() => other.kill('SIGKILL'));
}

async function endOf(child: ChildProcess): Promise<unknown> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode ?? child.exitCode;
}

const spinning = ['/bin/sh', '-c', 'while :; do :; done'] as const;

for (const { version, find, skip } of HIERARCHIES) {
  test(`freeze() stops a group and those below it, and thaw() lets them go on, in ${version}`, { skip }, async (t) => {
    const { tree, run } = openBed(t, find());
    const [speaker, spinner, below, other] = [
      await run('a/own', echo),
      await run('a/own', spinning),
      await run('a/below', spinning),
      await run('b', echo),
    ];
    await answer(speaker, 'one');
    assert.equal(tree.isFrozen('a'), false);
    await tree.freeze('a');
    assert.deepEqual([tree.isFrozen('a'), tree.isFrozen('b')], [true, false]);
    const still = [spinner, below].map(ticksOf);
    const said = collect(speaker);
    speaker.stdin?.write('two');
    await answer(other, 'another group');
    await whileOthersRun();
    assert.deepEqual([said(), [spinner, below].map(ticksOf)], ['', still]);
    // Who looks anew, as a daemon that was started again, sees the same.
    await tree.freeze('a');
    tree.thaw('a');
    assert.equal(tree.isFrozen('a'), false);
    await until('what was said meanwhile comes back', () => said() === 'two');
    await until('those that spin go on', () => [spinner, below].every((one, at) => ticksOf(one) > (still[at] ?? 0)));
    // What stands still when everything is removed does not stay.
    await tree.freeze('a');
  });

  test(`a group that stands still is killed and removed at once, in ${version}`, { skip }, async (t) => {
    const { tree, run, roots } = openBed(t, find());
    const [one, below, shell] = [
      await run('a/own', echo),
      await run('a/below', spinning),
      await run('a/own', ['/bin/sh', '-c', PARENT_OF_ANOTHER]),
    ];
    await answer(one, 'one');
    const begun = collect(shell);
    shell.stdin?.write('begin\n');
    await until('the child of the shell runs', () => begun() === 'begun\n');
    await tree.freeze('a');
    one.kill('SIGTERM');
    assert.equal(tree.isFrozen('a'), true);
    tree.kill('a');
    assert.deepEqual(await Promise.all([one, below, shell].map(endOf)), ['SIGKILL', 'SIGKILL', 'SIGKILL']);
    assert.deepEqual(tree.list(), ['a']);
    await tree.remove('a');
    assert.deepEqual(tree.list(), []);
    for (const root of roots) assert.deepEqual(foldersOf(join(root, PARENT)), []);
  });

  test(`remove() ends what is left in a group, also what stands still, in ${version}`, { skip }, async (t) => {
    const { tree, run } = openBed(t, find());
    const [awake, frozen] = [await run('awake', spinning), await run('frozen', spinning)];
    await tree.freeze('frozen');
    await Promise.all(['awake', 'frozen'].map((name) => tree.remove(name)));
    assert.deepEqual(await Promise.all([awake, frozen].map(endOf)), ['SIGKILL', 'SIGKILL']);
    assert.deepEqual(tree.list(), []);
  });

  test(`a group that is not there is nothing to thaw, kill or remove, in ${version}`, { skip }, async (t) => {
    const { tree, run } = openBed(t, find());
    const spinner = await run('a', spinning);
    tree.thaw('a');
    await tree.freeze('a');
    for (const name of ['gone', 'a']) {
      tree.kill(name);
      await tree.remove(name);
      tree.thaw(name);
      assert.deepEqual([tree.memoryBytes(name), tree.oomKills(name)], [0, 0]);
    }
    assert.equal(await endOf(spinner), 'SIGKILL');
    await assert.rejects(tree.freeze('gone'));
  });
}

function foldersOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
