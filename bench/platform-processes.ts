/** What the processes of a platform hold and use, as the kernel counts it. Processes are found like the machine shows them. */
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WrittenConfig } from '../test/platform.ts';

const CLOCK_TICKS_PER_SECOND = 100;

export interface ProcessPart {
  readonly pid: number;
  readonly name: string;
}

/** All in the platform's mount namespace, and those outside it that are given its folders: the supervisor. */
export async function findProcesses({ runDir, stateDir }: WrittenConfig): Promise<readonly ProcessPart[]> {
  const namespace = `mnt:[${(await stat(join(runDir, 'mnt'))).ino}]`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const own = await readlink(`/proc/${pid}/ns/mnt`).catch(() => '');
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const isOurs = own === namespace || [`${runDir}/`, `${stateDir}/`].some((folder) => command.includes(folder));
      const program = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
      return isOurs ? [{ pid: Number(pid), name: partName(program) }] : [];
    }),
  );
  return found.flat();
}

function partName(program: string): string {
  if (program === 'daemon') return 'supervisor';
  if (program === 'node' || program === 'MainThread') return 'daemon';
  return program.startsWith('docker-regis') ? 'registry' : program;
}

/** Proportional set size: a page shared by n processes counts 1/n for each. */
export async function pssMib(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
}

/** User and system time so far, that of children which ended included. Source: proc(5), fields 14 to 17 of stat. */
export async function cpuMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0);
  return (ticks * 1000) / CLOCK_TICKS_PER_SECOND;
}
