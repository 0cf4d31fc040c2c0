/**
 * Composes a base image that installs packages on top of `slipway/base`: with buildah, by argv, in the platform's own store. The result
 * shares the base's layer and adds one. Commands run in a chroot of the new image as root.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from '@slipway/process';
import type { ContainerStorage } from '../image-store.ts';
import { exactNameOf, type BaseRecipe, type ImageSettings } from './base-recipe.ts';
import { SOURCE_DATE_EPOCH } from './oci-layout.ts';

const STEP_TIMEOUT_MS = 10 * 60_000;
const ASSETS_DIR = fileURLToPath(new URL('../../assets', import.meta.url));

/** Enough for apt. Without them newer versions of buildah ask for a million each, which not every root may grant. */
const LIMITS = ['--ulimit=nofile=4096', '--ulimit=nproc=4096'] as const;

export interface ComposeOptions {
  readonly storage: ContainerStorage;
  readonly signal: AbortSignal;
  readonly onProgress: (percent: number, line: string) => void;
}

export function configArguments(settings: ImageSettings): readonly string[] {
  return [
    ...Object.entries(settings.environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    '--entrypoint',
    JSON.stringify(settings.entrypoint ?? []),
    '--cmd',
    JSON.stringify(settings.command),
    ...(settings.user === undefined ? [] : ['--user', settings.user]),
    ...(settings.port === undefined ? [] : ['--port', String(settings.port)]),
    ...(settings.workingDir === undefined ? [] : ['--workingdir', settings.workingDir]),
  ];
}

/** The id of the new image in the store. */
export async function composeDerived(recipe: BaseRecipe, base: BaseRecipe, options: ComposeOptions): Promise<string> {
  const { storage, signal, onProgress } = options;
  async function buildah(...args: readonly string[]): Promise<string> {
    const env = { ...storage.environment };
    const { stdout } = await runProcess(['buildah', ...args], { env, signal, timeoutMs: STEP_TIMEOUT_MS });
    return stdout.trim();
  }
  onProgress(5, 'preparing');
  const container = await buildah('from', '--pull-never', ...LIMITS, exactNameOf(base));
  try {
    async function run(...command: readonly string[]): Promise<void> {
      await buildah('run', '--isolation', 'chroot', '--user', 'root', container, '--', ...command);
    }
    if (recipe.aptPackages.length > 0) {
      onProgress(10, 'reading package lists');
      await run('apt-get', 'update');
      onProgress(25, `installing ${recipe.aptPackages.join(', ')}`);
      const quiet = 'DEBIAN_FRONTEND=noninteractive';
      await run('env', quiet, 'apt-get', 'install', '--yes', '--no-install-recommends', ...recipe.aptPackages);
      await run(
        'rm',
        '-rf',
        '/var/lib/apt/lists',
        '/var/cache/ldconfig/aux-cache',
        '/var/log/dpkg.log',
        '/var/log/apt',
      );
      await run('mkdir', '-p', '/var/lib/apt/lists/partial');
    }
    for (const command of recipe.commands) await run(...command);
    onProgress(70, 'adding files');
    for (const [name, target] of recipe.files) {
      await buildah('copy', '--quiet', container, join(ASSETS_DIR, name), target);
    }
    await buildah('config', ...configArguments(recipe.settings), container);
    onProgress(80, 'packing');
    return await buildah('commit', '--quiet', '--timestamp', String(SOURCE_DATE_EPOCH), container, exactNameOf(recipe));
  } finally {
    // Also after an abort, hence without its signal.
    await runProcess(['buildah', 'rm', container], { env: { ...storage.environment } });
  }
}
