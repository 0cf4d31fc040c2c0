/**
 * From nothing to the first byte: a sleeping app of the platform against the same program as a bare process and in a
 * container started by hand. Once with a static binary, where the platform is nearly all of it, once with Node.js.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runProcess } from '@slipway/process';
import { writeFolder } from '../test/app-folder.ts';
import { waitUntil } from '../test/wait-until.ts';
import { writeBundle } from './bundle.ts';
import type { BenchContext, Figure, Series } from './figure.ts';
import { endProgram, firstByteMs, freePort, startProgram } from './programs.ts';
import { prepareStaticServer } from './static-server.ts';
import { copyFile } from 'node:fs/promises';

interface Program {
  readonly kind: 'static' | 'node';
  readonly argv: readonly [string, ...string[]];
  readonly bundle: string;
  readonly port: number;
  readonly appFolder: string;
}

const ASLEEP_DEADLINE_MS = 120_000;
const NODE_SERVER = join(import.meta.dirname, 'fixtures/node-server.cjs');

export const FROM_ZERO: readonly Figure[] = (['static', 'node'] as const).map((kind) => ({
  id: `from-zero-${kind}`,
  title: `From zero to the first byte, ${kind === 'node' ? 'Node.js app' : 'static binary'}`,
  unit: 'ms',
  better: 'lower',
  prepare: async (context, stack) => {
    const program = await (kind === 'static' ? prepareStatic(context) : prepareNode(context));
    const runtimes = ['crun', 'runc'].filter(
      (name) => existsSync(`/usr/bin/${name}`) || existsSync(`/usr/sbin/${name}`),
    );
    const baselines = [...runtimes.map((name) => containerSeries(name, program, context)), bareSeries(program)];
    const ours = context.platform ? [await platformSeries(program, context.platform)] : [];
    stack.defer(async () => {
      await context.platform?.slipway(['app', 'delete', '--name', program.kind, '--force', '--wait']);
    });
    return [...baselines, ...ours];
  },
}));

async function prepareStatic({ folder }: BenchContext): Promise<Program> {
  const port = await freePort();
  const server = await prepareStaticServer(join(folder, 'static'));
  const args = server.argumentsFor(port);
  const bundle = await writeBundle(join(folder, 'static-bundle'), {
    args: ['/hello-server', ...args],
    env: [],
    hostFolders: [],
    files: { 'hello-server': server.path },
  });
  const command = JSON.stringify(['/hello-server', ...server.argumentsFor(8080)]);
  const appFolder = await writeFolder(join(folder, 'static-app'), {
    Dockerfile: `FROM scratch\nCOPY hello-server /hello-server\nCMD ${command}\n`,
  });
  await copyFile(server.path, join(appFolder, 'hello-server'));
  return { kind: 'static', argv: [server.path, ...args], bundle, port, appFolder };
}

async function prepareNode({ folder }: BenchContext): Promise<Program> {
  const port = await freePort();
  const nodeFolder = dirname(dirname(process.execPath));
  const systemFolders = ['/usr', '/lib', '/lib64', '/etc', nodeFolder];
  const bundle = await writeBundle(join(folder, 'node-bundle'), {
    args: [process.execPath, '/node-server.cjs'],
    env: [`PORT=${port}`],
    hostFolders: systemFolders.filter((path, index) => existsSync(path) && systemFolders.indexOf(path) === index),
    files: { 'node-server.cjs': NODE_SERVER },
  });
  const appFolder = await writeFolder(join(folder, 'node-app'), {
    'package.json': JSON.stringify({ name: 'node', scripts: { start: 'node server.js' } }),
  });
  await copyFile(NODE_SERVER, join(appFolder, 'server.js'));
  return { kind: 'node', argv: [process.execPath, NODE_SERVER], bundle, port, appFolder };
}

function bareSeries({ argv, port }: Program): Series {
  return {
    name: 'bare process',
    async measure() {
      const startedAt = performance.now();
      const child = startProgram(argv, { env: { PORT: String(port) } });
      const value = await firstByteMs(port, startedAt);
      await endProgram(child);
      return value;
    },
  };
}

let containerNumber = 0;

function containerSeries(runtime: string, { bundle, port }: Program, { folder }: BenchContext): Series {
  const root = join(folder, `${runtime}-root`);
  return {
    name: `${runtime} run`,
    async measure() {
      const id = `bench-${process.pid}-${containerNumber++}`;
      const startedAt = performance.now();
      const child = startProgram([runtime, '--root', root, 'run', '--bundle', bundle, id]);
      try {
        return await firstByteMs(port, startedAt);
      } finally {
        await runProcess([runtime, '--root', root, 'delete', '--force', id], { allowExitCodes: [0, 1] });
        await endProgram(child);
      }
    },
  };
}

async function platformSeries(
  { kind, appFolder }: Program,
  platform: NonNullable<BenchContext['platform']>,
): Promise<Series> {
  const url = new URL(await platform.deploy(appFolder, kind));
  return {
    name: 'slipway',
    async measure() {
      await waitUntil('the app sleeps', async () => (await platform.runningInstances(kind)).length === 0, {
        timeoutMs: ASLEEP_DEADLINE_MS,
      });
      return firstByteMs(Number(url.port), performance.now(), url.host);
    },
  };
}
