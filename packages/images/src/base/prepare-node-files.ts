/** The files of `slipway/node`: the Node that runs us, and npm, laid out under one folder as they go into the image. */
import { chmod, copyFile, cp, mkdir, realpath, rename, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProcess } from '@slipway/process';
import { NPM_VERSION } from './base-recipe.ts';

const NPM_TIMEOUT_MS = 2 * 60_000;

export async function prepareNodeFiles(targetDir: string, signal: AbortSignal): Promise<void> {
  const binDir = join(targetDir, 'usr/local/bin');
  const modulesDir = join(targetDir, 'usr/local/lib/node_modules');
  await mkdir(binDir, { recursive: true });
  await mkdir(modulesDir, { recursive: true });
  const node = await realpath(process.execPath);
  await copyFile(node, join(binDir, 'node'));
  await chmod(join(binDir, 'node'), 0o755);

  const besideNode = join(dirname(node), '../lib/node_modules/npm');
  if (await exists(join(besideNode, 'package.json')))
    await cp(besideNode, join(modulesDir, 'npm'), { recursive: true });
  else await fetchNpm(targetDir, join(modulesDir, 'npm'), signal);
  for (const program of ['npm', 'npx']) {
    await chmod(join(modulesDir, `npm/bin/${program}-cli.js`), 0o755);
    await symlink(`../lib/node_modules/npm/bin/${program}-cli.js`, join(binDir, program));
  }
}

/** npm's package holds all of its dependencies, so unpacking it is installing it. */
async function fetchNpm(workDir: string, npmDir: string, signal: AbortSignal): Promise<void> {
  const options = { cwd: workDir, signal, timeoutMs: NPM_TIMEOUT_MS };
  await runProcess(['npm', 'pack', `npm@${NPM_VERSION}`, '--silent', '--pack-destination', workDir], options);
  await runProcess(['tar', '-xzf', `npm-${NPM_VERSION}.tgz`], options);
  await rename(join(workDir, 'package'), npmDir);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
