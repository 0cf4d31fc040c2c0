/** Reads what detection looks at from an unpacked folder: its file names, and the few small files that decide. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFacts } from '@slipway/plan';

const DECIDING_FILE_BYTES_MAX = 1024 * 1024;

/** `files` are the source's, relative to its root; `contextDir` is '' or a folder in it. */
export async function readSourceFacts(
  sourceDir: string,
  context: { readonly files: ReadonlySet<string>; readonly contextDir: string },
): Promise<SourceFacts> {
  const files = filesBelow(context.files, context.contextDir);
  const read = (name: string): Promise<string | undefined> =>
    files.has(name) ? readStart(join(sourceDir, context.contextDir, name)) : Promise.resolve(undefined);
  const [packageJson, procfile] = await Promise.all([read('package.json'), read('Procfile')]);
  return {
    files,
    ...(packageJson === undefined ? {} : { packageJson }),
    ...(procfile === undefined ? {} : { procfile }),
  };
}

/** The files of a folder, their paths relative to it. */
export function filesBelow(files: ReadonlySet<string>, folder: string): ReadonlySet<string> {
  if (folder === '') return files;
  const prefix = `${folder}/`;
  return new Set([...files].filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length)));
}

async function readStart(path: string): Promise<string> {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(DECIDING_FILE_BYTES_MAX), 0, DECIDING_FILE_BYTES_MAX, 0);
  return buffer.subarray(0, bytesRead).toString('utf8');
}
