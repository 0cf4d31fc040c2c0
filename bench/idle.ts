/**
 * What a platform costs that does nothing: memory (PSS, so shared pages count once) and CPU of all its processes, empty
 * and with many sleeping apps, against the least that could stand there: one HAProxy and one Node.js server, idle.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeFolder } from '../test/app-folder.ts';
import type { BenchContext, Figure, Series } from './figure.ts';
import { waitAsleep } from './living-instances.ts';
import { cpuMs, findProcesses, pssMib, type ProcessPart } from './platform-processes.ts';
import { firstByteMs, freePort, startProgram } from './programs.ts';
import { registerApps } from './register-apps.ts';
import { prepareStaticServer } from './static-server.ts';
import { renderProxyConfig } from './warm-path.ts';

/** What is done now and then is done at least once in it. */
const CPU_WINDOW_MS = 60_000;
/** What was started before has settled: pools are filled, garbage is collected. */
const SETTLE_MS = 5000;
const NAME = 'idle';

type IdleMeasure = 'memory' | 'cpu';

const METHOD = {
  memory: `Sum of the proportional set sizes of all processes of the platform, its registry, DNS server and supervisor
included; nothing was asked of it for five seconds.`,
  cpu: `User and system time of all processes of the platform, and of those that they began and that ended, in a minute in which
nothing was asked of it. The kernel counts in steps of 10 ms.`,
} as const;

const LIMIT = {
  memory: `Most of it is the daemon: Node.js itself, its libraries and the compiled code of the platform. The registry and HAProxy
are programs of their own.`,
  cpu: `At rest the daemon is told of ends and looks for none. Some ten times a minute it is woken, mostly by the garbage collector
and the HTTP server of Node.js, and on a common beat to look after the firewall, the name servers and everything declared.
Each time it finds cold caches, and takes some ten times as long as on a busy machine.`,
} as const;

export const IDLE_EMPTY: readonly Figure[] = [idleFigure('cpu', false), idleFigure('memory', false)];
export const IDLE_FULL: readonly Figure[] = [idleFigure('cpu', true), idleFigure('memory', true)];

function idleFigure(measure: IdleMeasure, isFull: boolean): Figure {
  const what = measure === 'memory' ? 'memory' : 'CPU';
  return {
    id: `idle-${measure}-${isFull ? 'full' : 'empty'}`,
    title: `Idle platform, ${isFull ? 'a thousand sleeping apps' : 'no app'}: ${what}`,
    unit: measure === 'memory' ? 'MiB' : 'ms of CPU per s',
    better: 'lower',
    targets: [],
    rounds: measure === 'memory' ? 5 : 2,
    method: METHOD[measure],
    limit: LIMIT[measure],
    prepare: async (context, stack) => {
      const baseline = await baselineSeries(measure, { context, stack });
      const ours = context.platform ? [await platformSeries(measure, { context, isFull })] : [];
      await delay(SETTLE_MS);
      return [baseline, ...ours];
    },
  };
}

async function baselineSeries(
  measure: IdleMeasure,
  { context, stack }: { readonly context: BenchContext; readonly stack: AsyncDisposableStack },
): Promise<Series> {
  const [listenPort, nodePort] = [await freePort(), await freePort()];
  const path = join(context.folder, `idle-${listenPort}.cfg`);
  await writeFile(
    path,
    renderProxyConfig({ listenPort, target: `127.0.0.1:${nodePort}`, threads: 1, hasHeaders: true }),
  );
  const script = join(import.meta.dirname, 'fixtures/node-server.cjs');
  const node = startProgram([process.execPath, script], { stack, env: { PORT: `${nodePort}` } });
  await firstByteMs({ port: nodePort, startedAt: performance.now() });
  const haproxy = startProgram(['haproxy', '-db', '-f', path], { stack });
  await firstByteMs({ port: listenPort, startedAt: performance.now() });
  const found = [
    { pid: node.pid ?? 0, name: 'node' },
    { pid: haproxy.pid ?? 0, name: 'haproxy' },
  ];
  return seriesOf('HAProxy and a Node.js server', measure, async () => found);
}

async function platformSeries(
  measure: IdleMeasure,
  { context, isFull }: { readonly context: BenchContext; readonly isFull: boolean },
): Promise<Series> {
  const { platform, appCount, folder } = context;
  if (!platform) throw new Error('Cannot measure the platform: it was left out');
  if (isFull) {
    const server = await prepareStaticServer(join(folder, NAME));
    const appFolder = await writeFolder(join(folder, `${NAME}-app`), {
      Dockerfile: 'FROM scratch\nCOPY hello-server /hello-server\nCMD ["/hello-server", "8080"]\n',
    });
    await copyFile(server, join(appFolder, 'hello-server'));
    await platform.deploy(appFolder, NAME);
    await registerApps(platform, { like: NAME, count: appCount });
    await waitAsleep(platform.config);
  }
  return seriesOf('slipway', measure, () => findProcesses(platform.config));
}

function seriesOf(name: string, measure: IdleMeasure, find: () => Promise<readonly ProcessPart[]>): Series {
  let last: ReadonlyMap<string, number> = new Map();
  async function look(): Promise<number> {
    const parts = await find();
    const before = new Map<number, number>();
    if (measure === 'cpu') {
      for (const { pid } of parts) before.set(pid, await cpuMs(pid));
      await delay(CPU_WINDOW_MS);
    }
    const sums = new Map<string, number>();
    for (const { pid, name: part } of parts) {
      const used = ((await cpuMs(pid)) - (before.get(pid) ?? 0)) / (CPU_WINDOW_MS / 1000);
      sums.set(part, (sums.get(part) ?? 0) + (measure === 'cpu' ? used : await pssMib(pid)));
    }
    last = sums;
    return [...sums.values()].reduce((sum, one) => sum + one, 0);
  }
  return { name, measure: look, parts: () => Object.fromEntries(last) };
}
