/** Values of config maps and secrets that stand elsewhere: in a file, in a variable, on standard input. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MANIFEST_SECTIONS } from '@slipway/spec';
import { manifestFault } from './manifest-problem.ts';
import type { WrittenResource } from './parse-manifest.ts';

export interface ValueSources {
  readonly env: NodeJS.ProcessEnv;
  /** Everything on standard input, to be given out once; refused when it is taken otherwise. */
  readonly readInput: () => Promise<string>;
  /** Nothing is made of them, so whoever may not see values need not have those of variables and standard input. */
  readonly areValuesHidden: boolean;
}

interface WrittenValue {
  readonly key: string;
  readonly value: unknown;
  readonly sources: ValueSources;
}

export async function readValue(written: WrittenResource, { key, value, sources }: WrittenValue): Promise<string> {
  if (typeof value === 'string') return value;
  const { file, env } = value as { readonly file?: string; readonly env?: string };
  if (file !== undefined) return (await readManifestFile(written, file)).toString('utf8');
  if (sources.areValuesHidden) return '';
  if (env === undefined) return (await readInput(written, key, sources)).replace(/\r?\n$/, '');
  const found = sources.env[env];
  if (found !== undefined) return found;
  throw fault(written, { key, rule: `the variable ${env} is not set`, fix: `Set it: export ${env}=…` });
}

export async function readManifestFile(written: WrittenResource, path: string): Promise<Buffer> {
  try {
    return await readFile(resolve(written.folder, path));
  } catch {
    // Whatever the reason is, the way out is the same; the system's text would show nothing more.
    throw fault(written, { key: '', rule: `the file "${path}" cannot be read`, fix: 'Paths begin at the declaration' });
  }
}

async function readInput(written: WrittenResource, key: string, sources: ValueSources): Promise<string> {
  try {
    return await sources.readInput();
  } catch (error) {
    const rule = error instanceof Error ? error.message : String(error);
    throw fault(written, { key, rule, fix: 'Take a file or a variable: {file: PATH}, {env: NAME}' });
  }
}

function fault(
  { kind, name, path, line }: WrittenResource,
  { key, rule, fix }: { readonly key: string; readonly rule: string; readonly fix: string },
) {
  const field = [MANIFEST_SECTIONS[kind], name, ...(key === '' ? [] : ['data', key])].join('.');
  return manifestFault([{ path, line, field, rule, fix }]);
}
