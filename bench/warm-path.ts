/**
 * The warm path: one awake app among many registered ones, against the proxy a person would write by hand for this one
 * app, and against a proxy in Node.js. Same static server behind all, same load from wrk.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import { writeFolder } from '../test/app-folder.ts';
import type { BenchContext, Figure, Series } from './figure.ts';
import { firstByteMs, freePort, startProgram } from './programs.ts';
import { prepareStaticServer } from './static-server.ts';
import { registerApps } from './register-apps.ts';

const CONNECTIONS = 32;
const LOAD_SECONDS = 3;

export type WarmMeasure = 'throughput' | 'p99';

/** `Requests/sec:  41000.12` and `99%    1.30ms` in what wrk prints. */
export function parseWrk(text: string): { readonly requestsPerSecond: number; readonly p99Ms: number } {
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(text)?.[1];
  const [, value, unit] = /^\s+99%\s+([\d.]+)(us|ms|s)$/m.exec(text) ?? [];
  if (rate === undefined || value === undefined) throw new Error(`Cannot read the output of wrk: ${text}`);
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(`Cannot use a run with failed requests: ${text}`);
  const factor = unit === 'us' ? 1e-3 : unit === 'ms' ? 1 : 1e3;
  return { requestsPerSecond: Number(rate), p99Ms: Number(value) * factor };
}

export function renderProxyConfig(listenPort: number, targetPort: number): string {
  return `global
  maxconn 4096
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend web
  bind 127.0.0.1:${listenPort}
  default_backend app
backend app
  server one 127.0.0.1:${targetPort} maxconn 1000
`;
}

export const WARM_PATH: readonly Figure[] = [
  warmFigure('throughput', 'Warm path, requests per second', 'requests/s', 'higher'),
  warmFigure('p99', 'Warm path, 99th percentile', 'ms', 'lower'),
];

function warmFigure(measure: WarmMeasure, title: string, unit: string, better: Figure['better']): Figure {
  return {
    id: `warm-path-${measure}`,
    title,
    unit,
    better,
    prepare: async (context, stack) => {
      const target = await freePort();
      const server = await prepareStaticServer(join(context.folder, `warm-${measure}`));
      startProgram([server.path, ...server.argumentsFor(target)], { stack });
      const series = [
        await haproxySeries(target, { context, stack, measure }),
        await nodeProxySeries(target, { stack, measure }),
        loadSeries('no proxy', `http://127.0.0.1:${target}/`, { measure }),
      ];
      if (context.platform) series.push(await platformSeries(context, { serverPath: server.path, measure, stack }));
      return series;
    },
  };
}

function loadSeries(
  name: string,
  url: string,
  { measure, host }: { readonly measure: WarmMeasure; readonly host?: string },
): Series {
  return {
    name,
    async measure() {
      const header = host === undefined ? [] : ['--header', `Host: ${host}`];
      const argv = ['--threads', '1', '--connections', `${CONNECTIONS}`, '--duration', `${LOAD_SECONDS}s`, '--latency'];
      const { stdout } = await runProcess(['wrk', ...argv, ...header, url]);
      const { requestsPerSecond, p99Ms } = parseWrk(stdout);
      return measure === 'throughput' ? requestsPerSecond : p99Ms;
    },
  };
}

async function haproxySeries(
  target: number,
  parts: { readonly context: BenchContext; readonly stack: AsyncDisposableStack; readonly measure: WarmMeasure },
): Promise<Series> {
  const port = await freePort();
  const path = join(parts.context.folder, `haproxy-${port}.cfg`);
  await writeFile(path, renderProxyConfig(port, target));
  startProgram(['haproxy', '-db', '-f', path], { stack: parts.stack });
  await firstByteMs(port, performance.now());
  return loadSeries('HAProxy by hand', `http://127.0.0.1:${port}/`, parts);
}

async function nodeProxySeries(
  target: number,
  parts: { readonly stack: AsyncDisposableStack; readonly measure: WarmMeasure },
): Promise<Series> {
  const port = await freePort();
  const script = join(import.meta.dirname, 'fixtures/node-proxy.cjs');
  startProgram([process.execPath, script, `${port}`, `${target}`], { stack: parts.stack });
  await firstByteMs(port, performance.now());
  return loadSeries('Node.js proxy', `http://127.0.0.1:${port}/`, parts);
}

async function platformSeries(
  { folder, platform, appCount }: BenchContext,
  parts: { readonly serverPath: string; readonly measure: WarmMeasure; readonly stack: AsyncDisposableStack },
): Promise<Series> {
  if (!platform) throw new Error('Cannot measure the platform: it was left out');
  const appFolder = await writeFolder(join(folder, 'warm-app'), {
    Dockerfile: 'FROM scratch\nCOPY hello-server /hello-server\nCMD ["/hello-server", "8080"]\n',
  });
  await copyFile(parts.serverPath, join(appFolder, 'hello-server'));
  const url = new URL(
    await platform.deploy(appFolder, 'warm', ['--min-scale', '1', '--max-scale', '1', '--concurrency', '1000']),
  );
  await registerApps(platform, { like: 'warm', count: appCount });
  return loadSeries('slipway', `http://127.0.0.1:${url.port}/`, { measure: parts.measure, host: url.host });
}
