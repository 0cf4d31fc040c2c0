/**
 * The warm path: one awake app among many registered ones, against the proxy a person would write by hand for this one
 * app, and against a proxy in Node.js. All of them lead to the same instance, with the same load from wrk.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import { writeFolder } from '../test/app-folder.ts';
import type { BenchContext, Figure, Series } from './figure.ts';
import { livingInstances, waitOneAwake } from './living-instances.ts';
import { firstByteMs, freePort, startProgram } from './programs.ts';
import { registerApps } from './register-apps.ts';
import { prepareStaticServer } from './static-server.ts';

const CONNECTIONS = 32;
const LOAD_SECONDS = 1;
const APP_PORT = 8080;
const APP_NAME = 'warm';

export type WarmMeasure = 'throughput' | 'p99';

export interface WarmLoad {
  readonly measure: WarmMeasure;
  readonly host?: string;
  /** For wrk: says what each request is. */
  readonly scriptPath?: string;
}

type BaselineParts = WarmLoad & { readonly context: BenchContext; readonly stack: AsyncDisposableStack };

/** `Requests/sec:  41000.12` and `99%    1.30ms` in what wrk prints. */
export function parseWrk(text: string): { readonly requestsPerSecond: number; readonly p99Ms: number } {
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(text)?.[1];
  const [, value, unit] = /^\s+99%\s+([\d.]+)(us|ms|s)$/m.exec(text) ?? [];
  if (rate === undefined || value === undefined) throw new Error(`Cannot read the output of wrk: ${text}`);
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(`Cannot use a run with failed requests: ${text}`);
  const factor = unit === 'us' ? 1e-3 : unit === 'ms' ? 1 : 1e3;
  return { requestsPerSecond: Number(rate), p99Ms: Number(value) * factor };
}

interface HandWritten {
  /** Undefined: HAProxy uses one for each core. */
  readonly threads: number | undefined;
  /** The app is told what it is told behind the platform: who asks, by which protocol, and a name of the request. */
  readonly hasHeaders: boolean;
}

const SAME_HEADERS = `  option forwardfor
  http-request set-header X-Forwarded-Proto http
  unique-id-format %[uuid]
  unique-id-header X-Request-Id
`;

/** What a person writes for one app. */
export function renderProxyConfig(to: HandWritten & { readonly listenPort: number; readonly target: string }): string {
  return `global
  maxconn 4096
${to.threads === undefined ? '' : `  nbthread ${to.threads}\n`}defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend web
  bind 127.0.0.1:${to.listenPort}
${to.hasHeaders ? SAME_HEADERS : ''}  default_backend app
backend app
  server one ${to.target} maxconn 1000
`;
}

export const WARM_METHOD = `wrk, ${CONNECTIONS} connections, ${LOAD_SECONDS} s a round, one thread, from the same machine. The proxies all lead to the
same instance of a static server written in C. "HAProxy by hand" is the same HAProxy with a configuration of one backend and
one thread, as the platform's, that gives the app the headers which the platform gives it (X-Forwarded-For, X-Forwarded-Proto,
X-Request-Id); another one passes requests on as they are; a third does that with a thread for each core. All share two cores
with wrk.`;

const LIMIT = `The platform's HAProxy does per request what the one by hand does not: it looks the host up in a map of all awake
apps, removes forged headers, and keeps the app's concurrency limit, its queue and its timeout. Counted by callgrind that is
some 35,000 instructions of HAProxy's own against 34,600: what it does more is made up for by cheaper ways to the same
headers and by options of memory that a person seldom knows. Without headers the one by hand needs 26,500; most of a
request's time is the kernel's, so that shows little. One thread, because two
can give away the last place below that limit at once.`;

export const WARM_PATH: readonly Figure[] = [
  {
    ...warmFigure('throughput', 'Warm path, requests per second'),
    unit: 'requests/s',
    better: 'higher',
    targets: [
      { baseline: 'HAProxy by hand', ratio: 0.95 },
      { baseline: 'HAProxy by hand, no headers', ratio: 0.95 },
      { baseline: 'Node.js proxy', ratio: 2.5 },
    ],
  },
  { ...warmFigure('p99', 'Warm path, 99th percentile of latency'), unit: 'ms', better: 'lower', targets: [] },
];

function warmFigure(measure: WarmMeasure, title: string) {
  return {
    id: `warm-path-${measure}`,
    title,
    rounds: measure === 'throughput' ? 20 : 6,
    method: WARM_METHOD,
    limit: LIMIT,
    prepare: async (context: BenchContext, stack: AsyncDisposableStack): Promise<readonly Series[]> => {
      const { target, url } = await prepareTarget(context, { stack });
      const baselines = await proxyBaselines(target, { context, stack, measure });
      const at = `http://127.0.0.1:${url?.port}/`;
      return [...baselines, ...(url ? [warmLoadSeries('slipway', at, { measure, host: url.host })] : [])];
    },
  };
}

/** What stands between wrk and the target instead of the platform; the proxy by hand first. */
export async function proxyBaselines(target: string, parts: BaselineParts): Promise<readonly Series[]> {
  return [
    await haproxySeries('HAProxy by hand', target, { ...parts, threads: 1, hasHeaders: true }),
    await haproxySeries('HAProxy by hand, no headers', target, { ...parts, threads: 1, hasHeaders: false }),
    await haproxySeries('HAProxy by hand, no headers, its default threads', target, {
      ...parts,
      threads: undefined,
      hasHeaders: false,
    }),
    await nodeProxySeries(target, parts),
    warmLoadSeries('no proxy', `http://${target}/`, parts),
  ];
}

/** Where the server listens: an instance of the platform, or without a platform a process of its own. */
export async function prepareTarget(
  context: BenchContext,
  { stack }: { readonly stack: AsyncDisposableStack },
): Promise<{ readonly target: string; readonly url?: URL }> {
  const { folder, platform, appCount } = context;
  const server = await prepareStaticServer(join(folder, APP_NAME));
  if (!platform) {
    const port = await freePort();
    startProgram([server, `${port}`], { stack });
    return { target: `127.0.0.1:${port}` };
  }
  const appFolder = await writeFolder(join(folder, 'warm-app'), {
    Dockerfile: 'FROM scratch\nCOPY hello-server /hello-server\nCMD ["/hello-server", "8080"]\n',
  });
  await copyFile(server, join(appFolder, 'hello-server'));
  const scale = ['--min-scale', '1', '--max-scale', '1', '--concurrency', '1000', '--cpu', '2', '--memory', '4G'];
  const url = new URL(await platform.deploy(appFolder, APP_NAME, scale));
  stack.defer(async () => {
    await platform.must(['app', 'delete', '--name', APP_NAME, '--force', '--wait']);
  });
  await registerApps(platform, { like: APP_NAME, count: appCount });
  await waitOneAwake(platform.config);
  const [instance] = await livingInstances(platform.config);
  return { target: `${instance?.address}:${APP_PORT}`, url };
}

export function warmLoadSeries(name: string, url: string, { measure, host, scriptPath }: WarmLoad): Series {
  return {
    name,
    async measure() {
      const header = host === undefined ? [] : ['--header', `Host: ${host}`];
      const script = scriptPath === undefined ? [] : ['--script', scriptPath];
      const argv = ['--threads', '1', '--connections', `${CONNECTIONS}`, '--duration', `${LOAD_SECONDS}s`, '--latency'];
      const { stdout } = await runProcess(['wrk', ...argv, ...header, ...script, url]);
      const { requestsPerSecond, p99Ms } = parseWrk(stdout);
      return measure === 'throughput' ? requestsPerSecond : p99Ms;
    },
  };
}

async function haproxySeries(name: string, target: string, parts: BaselineParts & HandWritten): Promise<Series> {
  const listenPort = await freePort();
  const path = join(parts.context.folder, `haproxy-${listenPort}.cfg`);
  await writeFile(path, renderProxyConfig({ ...parts, listenPort, target }));
  startProgram(['haproxy', '-db', '-f', path], { stack: parts.stack });
  await firstByteMs({ port: listenPort, startedAt: performance.now() });
  return warmLoadSeries(name, `http://127.0.0.1:${listenPort}/`, parts);
}

async function nodeProxySeries(target: string, parts: BaselineParts): Promise<Series> {
  const port = await freePort();
  const script = join(import.meta.dirname, 'fixtures/node-proxy.cjs');
  startProgram([process.execPath, script, `${port}`, target], { stack: parts.stack });
  await firstByteMs({ port, startedAt: performance.now() });
  return warmLoadSeries('Node.js proxy', `http://127.0.0.1:${port}/`, parts);
}
