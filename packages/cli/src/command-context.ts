/**
 * What a command is given: the terminal, the chosen platform and project, and a client when it asks for one. Everything
 * heavy is loaded at the first use, so that a command which needs no platform starts at once.
 */
import type { Client } from '@slipway/client';
import type { PlatformConfig } from '@slipway/setup';
import type { Project } from '@slipway/spec';
import type { ExitName } from './exit-code.ts';
import { readSettings, type CliSettings } from './cli-settings.ts';
import { CommandFault } from './usage-fault.ts';

export interface Terminal {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** stderr is a terminal that can move its cursor. */
  readonly isInteractive: boolean;
  readonly hasColor: boolean;
  /** stdout is a terminal that shows colours. */
  readonly outputHasColor?: boolean;
  readonly columns: () => number;
}

export interface ChosenProject {
  readonly id: string;
  readonly name: string;
}

export interface CommandContext {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly quiet: boolean;
  readonly platformName: string;
  /** Flags of this command that say where: a command that is offered next needs them, too. */
  readonly whereFlags: string;
  /** The code a command which worked ends with; `deploy` that detached or `doctor` that found something set another. */
  readonly outcome: { exit: ExitName };
  platform(): Promise<PlatformConfig>;
  client(): Promise<Client>;
  /** `--project`, else the selected one, else "default". */
  project(): Promise<ChosenProject>;
  settings(): Promise<CliSettings>;
  /** A line for people, on stderr; nothing with --quiet. */
  say(text: string): void;
}

export interface ContextChoice {
  readonly platform?: string;
  readonly project?: string;
  readonly quiet: boolean;
}

export const DEFAULT_PROJECT = 'default';

interface ContextSource {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** The platform to speak to; without it the one that is chosen of this machine. */
  readonly client?: Client;
}

export function createContext(source: ContextSource, choice: ContextChoice): CommandContext {
  const { cwd, env, signal, terminal } = source;
  const platformName = choice.platform ?? env['SLIPWAY_PLATFORM'] ?? 'default';
  const platform = once(() => loadPlatform(platformName));
  const settings = once(() => readSettings(env));
  const client = once(async () => source.client ?? connect(await platform()));
  const project = once(async () => {
    const wanted =
      choice.project ?? env['SLIPWAY_PROJECT'] ?? (await settings()).projects[platformName] ?? DEFAULT_PROJECT;
    return findProject(await client(), wanted, signal);
  });
  return {
    terminal,
    env,
    cwd,
    signal,
    quiet: choice.quiet,
    platformName,
    whereFlags: whereFlagsOf(choice),
    outcome: { exit: 'success' },
    platform,
    client,
    project,
    settings,
    say: (text) => {
      if (!choice.quiet) terminal.writeError(`${text}\n`);
    },
  };
}

/** ` --platform test --project 'My shop'`. Pure. */
export function whereFlagsOf({ platform, project }: Pick<ContextChoice, 'platform' | 'project'>): string {
  const flags = Object.entries({ platform, project }).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [` --${name} ${/^[\w.@:-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`}`],
  );
  return flags.join('');
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => (value ??= make());
}

async function loadPlatform(name: string): Promise<PlatformConfig> {
  const { loadPlatformConfig } = await import('@slipway/setup');
  const config = await loadPlatformConfig(name);
  if (config) return config;
  const flag = name === 'default' ? '' : ` --platform ${name}`;
  throw new CommandFault('failure', `Cannot reach platform "${name}": it does not exist on this machine`, [
    `Start it: slipway up${flag}`,
    `Or build and run a folder at once: slipway deploy FOLDER${flag}`,
  ]);
}

export async function connect(config: PlatformConfig): Promise<Client> {
  const [{ createClient }, { apiUrl, readAdminToken }] = await Promise.all([
    import('@slipway/client'),
    import('@slipway/setup'),
  ]);
  return createClient({ baseUrl: apiUrl(config), token: await readAdminToken(config) });
}

/** By name or id. */
export async function findProject(client: Client, wanted: string, signal: AbortSignal): Promise<ChosenProject> {
  const { listAll } = await import('./list-all.ts');
  const projects = await listAll(
    (query) => client.listProjects({ query, signal }),
    (page) => page.projects,
  );
  const found =
    projects.find((candidate) => candidate.name === wanted) ?? projects.find((candidate) => candidate.id === wanted);
  if (found) return chosen(found);
  const { closestWord } = await import('./closest-word.ts');
  const close = closestWord(
    wanted,
    projects.map((candidate) => candidate.name),
  );
  throw new CommandFault('not_found', `Cannot find project "${wanted}"`, [
    ...(close === undefined ? [] : [`Did you mean "${close}"?`]),
    `Create it: slipway project create --name "${wanted}"`,
    'See all: slipway project list',
  ]);
}

function chosen(project: Project): ChosenProject {
  if (project.id === undefined) throw new Error(`Cannot use project "${project.name}": the platform gave no id`);
  return { id: project.id, name: project.name };
}
