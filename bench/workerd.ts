/**
 * workerd, the runtime of one of the large function platforms, as a process to start: fetched with npm into the scratch
 * folder, without running scripts of the package. Where npm cannot serve it, the figures go on without.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import type { Series } from './figure.ts';
import { rest } from './living-instances.ts';
import { endProgram, firstByteMs, freePort, startProgram } from './programs.ts';

const VERSION = '1.20261117.1';
const PACKAGES: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: '@cloudflare/workerd-linux-64',
  arm64: '@cloudflare/workerd-linux-arm64',
};
const INSTALL_DEADLINE_MS = 120_000;

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .hello)],
  sockets = [(name = "http", address = "127.0.0.1:8080", http = (), service = "main")]
);
const hello :Workerd.Worker = (
  modules = [(name = "main", esModule = "export default { fetch() { return new Response('hello\\\\n'); } };")],
  compatibilityDate = "2026-01-01",
);
`;

/** The start of a process until the first byte of its answer; undefined where workerd cannot be had. */
export async function workerdSeries(folder: string): Promise<Series | undefined> {
  const own = join(folder, 'workerd');
  await mkdir(own, { recursive: true });
  const name = PACKAGES[process.arch];
  try {
    if (name === undefined) throw new Error(`there is none for ${process.arch}`);
    const quiet = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
    await runProcess(['npm', 'install', '--prefix', own, ...quiet, `${name}@${VERSION}`], {
      cwd: own,
      timeoutMs: INSTALL_DEADLINE_MS,
    });
  } catch (error) {
    console.log(`workerd is left out: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  const configPath = join(own, 'config.capnp');
  await writeFile(configPath, CONFIG);
  const program = join(own, 'node_modules', name, 'bin/workerd');
  return {
    name: 'workerd',
    async measure() {
      const port = await freePort();
      await rest();
      const startedAt = performance.now();
      const child = startProgram([program, 'serve', configPath, '--socket-addr', `http=127.0.0.1:${port}`]);
      try {
        return await firstByteMs({ port, startedAt });
      } finally {
        await endProgram(child);
      }
    },
  };
}
