/**
 * What the command line remembers of a user, without any secret: the selected project of each platform of this machine,
 * and the contexts: platforms that one has logged in to, each with its address and its selected project.
 */
import { changeConfigFile, readConfigFile } from './config-folder.ts';

export interface StoredContext {
  /** Of the API, without `/v2`, e.g. `https://platform.example.com`. */
  readonly url: string;
  /** Certificates (PEM) that this platform is trusted by, beside those of the system. */
  readonly ca?: string;
  /** Id of the selected project. */
  readonly project?: string;
  /** Name of the resource group that was chosen; a platform is one. */
  readonly resourceGroup?: string;
}

export interface CliSettings {
  /** Platform of this machine → project id. */
  readonly projects: Readonly<Record<string, string>>;
  readonly contexts: Readonly<Record<string, StoredContext>>;
  /** The context of commands that name none; absent: the platform of this machine. */
  readonly current?: string;
}

const FILE = 'config.json';

export async function readSettings(env: NodeJS.ProcessEnv): Promise<CliSettings> {
  return settingsFrom(await readConfigFile(env, FILE));
}

/** `change` may be called with other settings than were read before: another command may have written meanwhile. */
export async function changeSettings(
  env: NodeJS.ProcessEnv,
  change: (before: CliSettings) => CliSettings,
): Promise<void> {
  await changeConfigFile(env, FILE, (before) => change(settingsFrom(before)));
}

function settingsFrom(stored: object): CliSettings {
  const { projects = {}, contexts = {}, current } = stored as Partial<CliSettings>;
  return { projects, contexts, ...(current !== undefined && { current }) };
}

/** Changes one context; nothing when it is not there any more. */
export function withContext(
  settings: CliSettings,
  name: string,
  change: (before: StoredContext) => StoredContext,
): CliSettings {
  const before = settings.contexts[name];
  if (!before) return settings;
  return { ...settings, contexts: { ...settings.contexts, [name]: change(before) } };
}

export function withoutContext({ contexts, current, projects }: CliSettings, name: string): CliSettings {
  const { [name]: _gone, ...others } = contexts;
  return { projects, contexts: others, ...(current !== undefined && current !== name && { current }) };
}
