/**
 * What a command is given: the terminal, the chosen platform and project, and a client when it asks for one. Everything
 * heavy is loaded at the first use, so that a command which needs no platform starts at once.
 */
import type { Client } from '@slipway/client';
import type { PlatformConfig } from '@slipway/setup';
import type { Project } from '@slipway/spec';
import type { ExitName } from './exit-code.ts';
import { readSettings, type CliSettings } from './login/cli-settings.ts';
import { chooseTarget, platformOf, type Target } from './login/target.ts';
import { CommandFault } from './usage-fault.ts';
import { programOf, whereFlagsOf, withProgram, withWhereFlags } from './offered-command.ts';

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
  /** The platform of this machine; commands about the machine are about this one. */
  readonly platformName: string;
  /** Flags of this command that say where: a command that is offered next needs them, too. */
  readonly whereFlags: string;
  /** `--context` as it was given; `login` makes one of this name. */
  readonly contextName: string | undefined;
  /** The code a command which worked ends with; `deploy` that detached or `doctor` that found something set another. */
  readonly outcome: { exit: ExitName };
  /** The platform that the command speaks to. */
  target(): Promise<Target>;
  /** Refused when the target is a platform elsewhere. */
  platform(): Promise<PlatformConfig>;
  client(): Promise<Client>;
  /** `--project`, else the selected one, else "default". */
  project(): Promise<ChosenProject>;
  settings(): Promise<CliSettings>;
  /** A line for people, on stderr, with a command in it ready to be copied; nothing with --quiet. */
  say(text: string): void;
}

export interface ContextChoice {
  readonly context?: string;
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
  /** The platform to speak to; without it the one that is chosen. */
  readonly client?: Client;
}

export function createContext(source: ContextSource, choice: ContextChoice): CommandContext {
  const { cwd, env, signal, terminal } = source;
  const platformName = platformOf(choice, env);
  const settings = once(() => readSettings(env));
  const whereFlags = whereFlagsOf(choice);
  const target = once(async () => chooseTarget(choice, await settings(), env));
  const platform = once(async () => loadPlatform(await target()));
  const client = once(async () => {
    if (source.client) return source.client;
    const chosen = await target();
    if (chosen.kind === 'machine') return connectMachine(await platform());
    const { connectContext } = await import('./login/connect-context.ts');
    return connectContext(chosen, { env, signal });
  });
  const project = once(async () => {
    const wanted = choice.project ?? env['SLIPWAY_PROJECT'] ?? selectedProjectOf(await target(), await settings());
    return findProject(await client(), wanted ?? DEFAULT_PROJECT, signal);
  });
  return {
    terminal,
    env,
    cwd,
    signal,
    quiet: choice.quiet,
    platformName,
    whereFlags,
    contextName: choice.context,
    outcome: { exit: 'success' },
    target,
    platform,
    client,
    project,
    settings,
    say: (text) => {
      if (!choice.quiet) terminal.writeError(`${withProgram(withWhereFlags(text, whereFlags), programOf(env))}\n`);
    },
  };
}

/** The same command's, which has read nothing yet: what the command has changed is seen by it. */
export function contextAnew(before: CommandContext, choice: Omit<ContextChoice, 'quiet'>): CommandContext {
  const { cwd, env, quiet, signal, terminal } = before;
  return createContext({ cwd, env, signal, terminal }, { ...choice, quiet });
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => (value ??= make());
}

/** Id of the project that was selected for this platform. */
export function selectedProjectOf(target: Target, settings: CliSettings): string | undefined {
  return target.kind === 'machine' ? settings.projects[target.platformName] : settings.contexts[target.name]?.project;
}

/** `platform "default"`, `context "work"`. */
export function nameOfTarget(target: Target): string {
  return target.kind === 'machine' ? `platform "${target.platformName}"` : `context "${target.name}"`;
}

async function loadPlatform(target: Target): Promise<PlatformConfig> {
  if (target.kind === 'context') {
    throw new CommandFault('failure', `Cannot do this from here: context "${target.name}" is a platform elsewhere`, [
      'Run the command on its machine',
      'Or say that you mean the platform of this machine: --context local',
    ]);
  }
  const { loadPlatformConfig, platformFlag } = await import('@slipway/setup');
  const name = target.platformName;
  const config = await loadPlatformConfig(name);
  if (config) return config;
  const flag = platformFlag(name);
  throw new CommandFault('failure', `Cannot reach platform "${name}": it does not exist on this machine`, [
    `Start it: slipway up${flag}`,
    `Or build and run a folder at once: slipway deploy FOLDER${flag}`,
    'Or log in to a platform elsewhere: slipway login --url URL',
  ]);
}

/** With the administrator's token, which only root can read. */
export async function connectMachine(config: PlatformConfig): Promise<Client> {
  const [{ createClient }, { apiUrl, localFetch, readAdminToken }] = await Promise.all([
    import('@slipway/client'),
    import('@slipway/setup'),
  ]);
  return createClient({ baseUrl: apiUrl(config), token: await readAdminToken(config), fetch: localFetch });
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
