/** The layer of `slipway/node`: the Node that runs us, and npm, packed so that the same files give the same digest. */
import { chmod, copyFile, cp, mkdir, realpath, rename, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProcess } from '@slipway/process';
import { NPM_VERSION } from './base-recipe.ts';
import { SOURCE_DATE_EPOCH } from './oci-layout.ts';

const NPM_TIMEOUT_MS = 2 * 60_000;

/** The path of the archive. */
export async function packNodeFiles(workDir: string, signal: AbortSignal): Promise<string> {
  const filesDir = join(workDir, 'node-files');
  const binDir = join(filesDir, 'usr/local/bin');
  const modulesDir = join(filesDir, 'usr/local/lib/node_modules');
  await mkdir(binDir, { recursive: true });
  await mkdir(modulesDir, { recursive: true });
  const node = await realpath(process.execPath);
  await copyFile(node, join(binDir, 'node'));
  await chmod(join(binDir, 'node'), 0o755);

  const besideNode = join(dirname(node), '../lib/node_modules/npm');
  if (await exists(join(besideNode, 'package.json')))
    await cp(besideNode, join(modulesDir, 'npm'), { recursive: true });
  else await fetchNpm(workDir, join(modulesDir, 'npm'), signal);
  for (const program of ['npm', 'npx']) {
    await chmod(join(modulesDir, `npm/bin/${program}-cli.js`), 0o755);
    await symlink(`../lib/node_modules/npm/bin/${program}-cli.js`, join(binDir, program));
  }

  const archivePath = join(workDir, 'node-files.tar');
  // The modes do not depend on the umask of the daemon.
  const reproducible = [
    '--mode=u+rwX,go+rX,go-w',
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    `--mtime=@${SOURCE_DATE_EPOCH}`,
  ];
  await runProcess(['tar', '--create', `--file=${archivePath}`, ...reproducible, '-C', filesDir, 'usr'], { signal });
  return archivePath;
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
