/**
 * What a platform costs that does nothing: memory (PSS, so shared pages count once) and CPU of all its processes, empty
 * and with many sleeping apps, against the least that could stand there: one HAProxy and one Node.js server, idle.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeFolder } from '../test/app-folder.ts';
import { waitUntil } from '../test/wait-until.ts';
import { textApp } from '../test/app-folder.ts';
import type { BenchContext, Figure, Series } from './figure.ts';
import { firstByteMs, freePort, startProgram } from './programs.ts';
import { registerApps } from './register-apps.ts';
import { renderProxyConfig } from './warm-path.ts';

const CPU_WINDOW_MS = 3000;
const CLOCK_TICKS_PER_SECOND = 100;
const NAME = 'idle';

type IdleMeasure = 'memory' | 'cpu';

export const IDLE: readonly Figure[] = (['memory', 'cpu'] as const).flatMap((measure) =>
  ([false, true] as const).map((full) => ({
    id: `idle-${measure}${full ? '-full' : ''}`,
    title: `Idle platform${full ? ', many sleeping apps' : ''}, ${measure === 'memory' ? 'memory' : 'CPU'}`,
    unit: measure === 'memory' ? 'MiB' : 'CPU ms/s',
    better: 'lower',
    prepare: async (context, stack) => {
      const baseline = await baselineSeries(measure, { context, stack });
      return context.platform ? [baseline, await platformSeries(measure, { context, full })] : [baseline];
    },
  })),
);

async function baselineSeries(
  measure: IdleMeasure,
  { context, stack }: { readonly context: BenchContext; readonly stack: AsyncDisposableStack },
): Promise<Series> {
  const [proxyPort, nodePort] = [await freePort(), await freePort()];
  const path = join(context.folder, `idle-${proxyPort}.cfg`);
  await writeFile(path, renderProxyConfig(proxyPort, nodePort));
  const script = join(import.meta.dirname, 'fixtures/node-server.cjs');
  const node = startProgram([process.execPath, script], { stack, env: { PORT: `${nodePort}` } });
  await firstByteMs(nodePort, performance.now());
  const haproxy = startProgram(['haproxy', '-db', '-f', path], { stack });
  await firstByteMs(proxyPort, performance.now());
  const pids = [node.pid ?? 0, haproxy.pid ?? 0];
  return { name: 'HAProxy and a Node.js server', measure: () => measurePids(measure, async () => pids) };
}

async function platformSeries(
  measure: IdleMeasure,
  { context, full }: { readonly context: BenchContext; readonly full: boolean },
): Promise<Series> {
  const { platform, appCount, folder } = context;
  if (!platform) throw new Error('Cannot measure the platform: it was left out');
  if (full) {
    await platform.deploy(await writeFolder(join(folder, NAME), textApp(NAME)), NAME);
    await registerApps(platform, { like: NAME, count: appCount });
    await waitUntil('every app sleeps', async () => (await instanceCount(platform.config.platformId)) === 0, {
      timeoutMs: 300_000,
    });
  }
  const { stateDir, runDir } = platform.config;
  return {
    name: full ? `slipway, ${appCount} apps` : 'slipway, no app',
    measure: () => measurePids(measure, () => findPids([`${stateDir}/`, `${runDir}/`])),
  };
}

async function measurePids(measure: IdleMeasure, find: () => Promise<readonly number[]>): Promise<number> {
  if (measure === 'memory') return pssMib(await find());
  const pids = await find();
  const before = await cpuMs(pids);
  await delay(CPU_WINDOW_MS);
  return ((await cpuMs(pids)) - before) / (CPU_WINDOW_MS / 1000);
}

async function pssMib(pids: readonly number[]): Promise<number> {
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')));
  return texts.reduce((sum, text) => sum + Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0), 0) / 1024;
}

/** User and system time of the processes so far. Source: proc(5), fields 14 and 15 of stat. */
async function cpuMs(pids: readonly number[]): Promise<number> {
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  const ticks = texts.map((text) => {
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  });
  return (ticks.reduce((sum, one) => sum + one, 0) * 1000) / CLOCK_TICKS_PER_SECOND;
}

async function findPids(marks: readonly string[]): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const commands = await Promise.all(
    pids.map(async (pid) => ({
      pid: Number(pid),
      text: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    })),
  );
  return commands.filter(({ text }) => marks.some((mark) => text.includes(mark))).map(({ pid }) => pid);
}

async function instanceCount(platformId: string): Promise<number> {
  const own = new RegExp(`/slipway[-_/]${platformId}(?![a-z0-9])`);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const groups = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')));
  return groups.filter((text) => own.test(text)).length;
}
