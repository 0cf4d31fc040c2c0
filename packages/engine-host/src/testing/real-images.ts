/**
 * A real image store with the images that the engine's conformance suite asks for, made by buildah from this machine's
 * Node: one layer, three commands. Everything lies under the given folder.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { openImageStore, prepareContainerStorage, type ContainerStorage, type ImageStore } from '@slipway/images';
import { runProcess } from '@slipway/process';
import { makeLayer } from './runtime-bed.ts';

/** The program and what it imports. */
const PROGRAMS = ['test-app', 'probed-health'] as const;

const COMMANDS = {
  good: ['/bin/node', '/test-app.mjs', 'revision'],
  exits: ['/bin/node', '-e', 'process.exit(3)'],
  deaf: ['/bin/node', '/test-app.mjs', 'deaf'],
} as const;

export const TEST_IMAGES = {
  good: 'localhost/conformance/good',
  exitsWith3: 'localhost/conformance/exits',
  neverListens: 'localhost/conformance/deaf',
  missing: 'localhost/conformance/missing',
} as const;

/** Nothing is pulled from it. */
export const STACK_REGISTRY = { address: '127.0.0.1:1' } as const;

export async function openRealImages(dirs: {
  readonly stateDir: string;
  readonly runDir: string;
}): Promise<ImageStore> {
  const storage = await prepareContainerStorage({ ...dirs, registry: STACK_REGISTRY });
  await makeImages(storage, join(dirs.stateDir, 'test-layer'));
  return openImageStore({ storage });
}

async function makeImages(storage: ContainerStorage, layerDir: string): Promise<void> {
  await mkdir(layerDir);
  await makeLayer(layerDir);
  for (const program of PROGRAMS) await writeProgram(program, layerDir);
  const buildah = async (...args: readonly string[]): Promise<string> =>
    (await runProcess(['buildah', ...args], { env: { ...storage.environment } })).stdout.trim();
  const container = await buildah('from', 'scratch');
  await buildah('copy', '--quiet', container, layerDir, '/');
  const policy = `--signature-policy=${storage.policyPath}`;
  const layer = await buildah('commit', '--quiet', policy, container);
  await buildah('rm', container);
  for (const [name, command] of Object.entries(COMMANDS)) {
    const variant = await buildah('from', policy, '--pull=never', layer);
    await buildah('config', '--entrypoint', JSON.stringify(command), variant);
    await buildah('commit', '--quiet', policy, variant, `localhost/conformance/${name}:latest`);
    await buildah('rm', variant);
  }
  await rm(layerDir, { recursive: true });
}

/** Without its types: on an eighth of a processor Node.js takes seconds to strip them at each start. */
async function writeProgram(name: string, layerDir: string): Promise<void> {
  const source = await readFile(join(import.meta.dirname, `${name}.ts`), 'utf8');
  const program = stripTypeScriptTypes(source).replaceAll(/(from '\.\/[a-z-]+)\.ts'/g, "$1.mjs'");
  await writeFile(join(layerDir, `${name}.mjs`), program);
}
