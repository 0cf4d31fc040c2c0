/**
 * A real image store with the images that the engine's conformance suite asks for, made by buildah from this machine's
 * Node: one layer, three commands. Everything lies under the given folder.
 */
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openImageStore, prepareContainerStorage, type ContainerStorage, type ImageStore } from '@slipway/images';
import { runProcess } from '@slipway/process';
import { TEST_APP } from './engine-bed.ts';
import { makeLayer } from './runtime-bed.ts';

const COMMANDS = {
  good: ['/bin/node', '/app.ts', 'revision'],
  exits: ['/bin/node', '-e', 'process.exit(3)'],
  deaf: ['/bin/node', '/app.ts', 'deaf'],
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
  await copyFile(TEST_APP, join(layerDir, 'app.ts'));
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
