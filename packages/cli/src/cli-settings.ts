/** What the command line remembers of a user: the selected project of each platform. */
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { CommandFault } from './usage-fault.ts';

export interface CliSettings {
  /** Platform name → project id. */
  readonly projects: Readonly<Record<string, string>>;
}

export function settingsPath(env: NodeJS.ProcessEnv): string {
  const configHome = env['XDG_CONFIG_HOME'];
  if (configHome !== undefined && configHome !== '') return join(configHome, 'slipway', 'config.json');
  return join(env['HOME'] ?? homedir(), '.slipway', 'config.json');
}

export async function readSettings(env: NodeJS.ProcessEnv): Promise<CliSettings> {
  const path = settingsPath(env);
  const text = await readFile(path, 'utf8').catch(() => '{}');
  try {
    const parsed = JSON.parse(text) as Partial<CliSettings>;
    return { projects: parsed.projects ?? {} };
  } catch (error) {
    throw new CommandFault('failure', `Cannot read ${path}: it is not valid JSON`, ['Mend or delete the file'], {
      cause: error,
    });
  }
}

/** Replaces the file as a whole, so that two commands at once leave one of both and never a part. */
export async function writeSettings(env: NodeJS.ProcessEnv, settings: CliSettings): Promise<void> {
  const path = settingsPath(env);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}
