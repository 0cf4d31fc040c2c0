/** An app that fails as a test asks, called by another one at the project door of an engine bed. */
import { request as httpRequest } from 'node:http';
import type { TestContext } from 'node:test';
import type { AppWorkload, MeshWorkload, ProbeWorkload } from '@slipway/engine';
import { projectDoorFor } from '../proxy/haproxy-config.ts';
import type { Answer, BedOptions, EngineBed } from './engine-bed.ts';
import { appFor, createEngineBed, revisionFor, until } from './engine-bed.ts';

/**
 * `?key=K&fails=N&how=HOW`: the first N requests with this key fail, by a status, by a `close` of the connection, or they
 * `hang`; those after say which one they are. `/count` says how many came,
 * `/last` which one was the last; after `/break` its instance always fails, until `/mend`. `/health` is
 * well but after `/unwell`, until `/well`.
 */
const FLAKY = `const seen = new Map();
let isBroken = false;
let isWell = true;
let last = {};
require('http').createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://app');
  const key = searchParams.get('key');
  if (pathname === '/count') return void response.end(String(seen.get(key) ?? 0));
  if (pathname === '/last') return void response.end(JSON.stringify(last));
  if (pathname === '/health') return void response.writeHead(isWell ? 200 : 503).end();
  if (pathname === '/well' || pathname === '/unwell') return void response.end(String((isWell = pathname === '/well')));
  if (pathname === '/break' || pathname === '/mend') isBroken = pathname === '/break';
  seen.set(key, (seen.get(key) ?? 0) + 1);
  let body = '';
  request.on('data', (data) => { body += data; });
  request.on('end', () => {
    last = { method: request.method, url: request.url, headers: request.headers, body };
    const how = searchParams.get('how') ?? '500';
    const isBad = seen.get(key) <= Number(searchParams.get('fails') ?? 0) || (isBroken && pathname !== '/break');
    if (isBad && how === 'close') return void request.socket.destroy();
    if (isBad && how === 'hang') return;
    response.statusCode = isBad ? Number(how) : 200;
    const { headers, method } = request;
    response.end(JSON.stringify({ instance: process.env.INSTANCE, at: seen.get(key), method, headers, body }));
  });
}).listen(Number(process.env.PORT), process.env.ADDRESS)`;

export interface MeshCall {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface MeshBed extends EngineBed {
  /** As an instance of `web` calls. */
  readonly callInside: (call?: MeshCall) => Promise<Answer>;
  /** One instance, past HAProxy. */
  readonly tell: (instanceName: string, path: string) => Promise<Answer>;
}

export const PROJECT = { projectId: 'p1', subdomain: 'shop' } as const;

interface FlakyOptions {
  readonly instancesMin?: number;
  readonly readiness?: ProbeWorkload;
}

export function flakyApp(mesh?: MeshWorkload, { readiness, ...scale }: FlakyOptions = {}): AppWorkload {
  const revision = { ...revisionFor('stock-1', { scale }), arguments: ['-e', FLAKY], ...(readiness && { readiness }) };
  const hosts = ['project/stock.shop.svc.cluster.local', 'stock.test'];
  return { ...appFor('stock', revision), hosts, ...(mesh && { mesh }) };
}

/** Who calls. */
export function webApp(): AppWorkload {
  return appFor('web', revisionFor('web-1', { scale: { instancesMin: 1 } }));
}

/** The app is started with these settings, and sleeps unless its scale says otherwise. */
export async function createMeshBed(t: TestContext, options: BedOptions, app: AppWorkload): Promise<MeshBed> {
  const bed = await createEngineBed(t, options);
  const door = projectDoorFor(bed.config.runDir);
  bed.machine.gateways.set('p1', door.address);
  await bed.engine.start({ projects: [PROJECT], apps: [webApp(), app] });
  const localAddress = await addressOfWeb(bed);
  const callInside = (call: MeshCall = {}) => send({ host: door.address, port: door.port, localAddress }, call);
  const tell = async (instanceName: string, path: string): Promise<Answer> => {
    const running = [...bed.machine.running.values()].find(({ instance }) => instance.instanceName === instanceName);
    if (!running) throw new Error(`No instance ${instanceName} runs`);
    return send({ host: running.instance.address, port: running.instance.port }, { path });
  };
  return {
    ...bed,
    get engine() {
      return bed.engine;
    },
    callInside,
    tell,
  };
}

interface Where {
  readonly host: string;
  readonly port: number;
  readonly localAddress?: string;
}

function send(where: Where, call: MeshCall): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { body, headers, host = 'stock.shop', method = 'GET', path = '/' } = call;
  const options = { ...where, agent: false, method, path, headers: { ...headers, host } };
  const request = httpRequest(options, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    });
  });
  request.on('error', reject);
  request.end(body);
  return promise;
}

/** Ready, else it would end with an engine that stops, and its address would be nobody's. */
async function addressOfWeb(bed: EngineBed): Promise<string> {
  await until('the caller is ready', async () => {
    const seen = await bed.engine.observeApp({ projectId: PROJECT.projectId, appName: 'web' });
    return seen?.revisions[0]?.state === 'ready';
  });
  const found = [...bed.machine.running.values()].find(({ instance }) => instance.appName === 'web');
  return found?.instance.address ?? '';
}
