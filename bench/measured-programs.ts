/** The two programs of most figures, a static binary and a Node.js server: as a process, and as an app of a platform. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFolder } from '../test/app-folder.ts';
import type { TestPlatform } from '../test/platform.ts';
import type { BenchContext, Series } from './figure.ts';
import { rest } from './living-instances.ts';
import { endProgram, firstByteMs, freePort, startProgram } from './programs.ts';
import { prepareStaticServer } from './static-server.ts';

export interface Program {
  readonly kind: 'static' | 'node';
  /** The bare process; it listens on `PORT`. */
  readonly argv: readonly [string, ...string[]];
  readonly appFolder: string;
}

/** Seen with two processes that pass a byte through pipes: microseconds one after the other, half a millisecond after half a second. */
export const AT_REST = `On a machine at rest the processors sleep and their caches are cold: there the first hand-overs from one process to the next
take many times as long as on a busy one, and the way of a held request has more of them than the baseline's.`;

const KEEP_AWAKE_MS = 100;
const NODE_SERVER = join(import.meta.dirname, 'fixtures/node-server.cjs');

export async function prepareStatic({ folder }: Pick<BenchContext, 'folder'>): Promise<Program> {
  const server = await prepareStaticServer(join(folder, 'static'));
  const appFolder = await writeFolder(join(folder, 'static-app'), {
    Dockerfile: `FROM scratch\nCOPY hello-server /hello-server\nCMD ["/hello-server"]\n`,
  });
  await copyFile(server, join(appFolder, 'hello-server'));
  return { kind: 'static', argv: [server], appFolder };
}

export async function prepareNode({ folder }: Pick<BenchContext, 'folder'>): Promise<Program> {
  const appFolder = await writeFolder(join(folder, 'node-app'), {
    'package.json': JSON.stringify({ name: 'node', scripts: { start: 'node server.js' } }),
  });
  await copyFile(NODE_SERVER, join(appFolder, 'server.js'));
  return { kind: 'node', argv: [process.execPath, NODE_SERVER], appFolder };
}

/** Deploys it under the name of its kind, or another one; the app is deleted with the stack. */
export async function deployProgram(
  { appFolder, kind }: Program,
  options: {
    readonly platform: TestPlatform;
    readonly stack: AsyncDisposableStack;
    readonly flags: readonly string[];
    readonly name?: string;
  },
): Promise<URL> {
  const { platform, stack, flags, name = kind } = options;
  const url = new URL(await platform.deploy(appFolder, name, flags));
  stack.defer(async () => {
    await platform.must(['app', 'delete', '--name', name, '--force', '--wait']);
  });
  return url;
}

export function bareSeries({ argv }: Program, name = 'bare process', before = rest): Series {
  return {
    name,
    async measure() {
      const port = await freePort();
      await before();
      const startedAt = performance.now();
      const child = startProgram(argv, { env: { PORT: `${port}` } });
      const value = await firstByteMs({ port, startedAt });
      await endProgram(child);
      return value;
    },
  };
}

export function askOnce(url: URL): Promise<number> {
  return firstByteMs({ port: Number(url.port), host: url.host, startedAt: performance.now() });
}

/** For what takes longer than an app stays awake without requests, as the copy of its image. */
export async function keepAwake<Value>(url: URL, work: () => Promise<Value>): Promise<Value> {
  await askOnce(url);
  const keeper = setInterval(() => void askOnce(url), KEEP_AWAKE_MS);
  return work().finally(() => clearInterval(keeper));
}
