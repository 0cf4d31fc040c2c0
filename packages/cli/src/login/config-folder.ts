/**
 * The folder in which the command line keeps what it remembers, readable by its owner alone. A file is replaced as a
 * whole, and read, changed and written under a lock that the kernel lets go with its holder: two commands at the same
 * moment lose nothing of each other, and a reader needs no lock.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CommandFault } from '../usage-fault.ts';

/** Source: XDG Base Directory Specification, `$XDG_CONFIG_HOME`. */
export function configFolder(env: NodeJS.ProcessEnv): string {
  const configHome = env['XDG_CONFIG_HOME'];
  if (configHome !== undefined && configHome !== '') return join(configHome, 'slipway');
  return join(env['HOME'] ?? homedir(), '.config', 'slipway');
}

/** An empty object when there is no such file. */
export async function readConfigFile(env: NodeJS.ProcessEnv, name: string): Promise<object> {
  const path = join(configFolder(env), name);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    throw new CommandFault('failure', `Cannot read ${path}: ${String(code)}`, ['Make it readable for you'], { cause });
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // The text of the parser's error may hold a part of the file, which may be a credential.
  }
  throw new CommandFault('failure', `Cannot read ${path}: it holds no JSON object`, ['Mend or delete the file']);
}

export async function changeConfigFile(
  env: NodeJS.ProcessEnv,
  name: string,
  change: (before: object) => object,
): Promise<void> {
  const { takeLock } = await import('@slipway/setup');
  const folder = configFolder(env);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await using _lock = await takeLock(join(folder, 'lock'));
  const text = `${JSON.stringify(change(await readConfigFile(env, name)), null, 2)}\n`;
  const draft = join(folder, `.${name}.${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await chmod(draft, 0o600);
    await rename(draft, join(folder, name));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
