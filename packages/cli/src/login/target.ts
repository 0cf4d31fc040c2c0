/** Which platform a command speaks to: one that was logged in to, or one of this machine. Pure. */
import { closestWord } from '../closest-word.ts';
import { CommandFault, UsageFault } from '../usage-fault.ts';
import type { CliSettings, StoredContext } from './cli-settings.ts';

/** Stands for the platform of this machine wherever a context is named. */
export const LOCAL_CONTEXT = 'local';
export const DEFAULT_PLATFORM_NAME = 'default';

export type Target =
  | { readonly kind: 'machine'; readonly platformName: string }
  | { readonly kind: 'context'; readonly name: string; readonly context: StoredContext };

export interface TargetChoice {
  /** `--context`. */
  readonly context?: string | undefined;
  /** `--platform`. */
  readonly platform?: string | undefined;
}

/** What is said on the command line wins over the environment, and that over what `login` and `context use` chose. */
export function chooseTarget(choice: TargetChoice, settings: CliSettings, env: NodeJS.ProcessEnv): Target {
  if (choice.context !== undefined && choice.platform !== undefined && choice.context !== LOCAL_CONTEXT)
    throw new UsageFault('Cannot use both --context and --platform: a context is a platform elsewhere');
  if (choice.context !== undefined) return named(choice.context, '--context', { choice, settings, env });
  if (choice.platform !== undefined) return { kind: 'machine', platformName: choice.platform };
  const fromEnv = env['SLIPWAY_CONTEXT'] ?? '';
  if (fromEnv !== '') return named(fromEnv, 'SLIPWAY_CONTEXT', { choice, settings, env });
  const platform = env['SLIPWAY_PLATFORM'] ?? '';
  if (platform !== '' || settings.current === undefined) return { kind: 'machine', platformName: platformOf({}, env) };
  return named(settings.current, 'the chosen context', { choice, settings, env });
}

/** The platform of this machine that commands about the machine are about, whatever the context is. */
export function platformOf({ platform }: TargetChoice, env: NodeJS.ProcessEnv): string {
  const fromEnv = env['SLIPWAY_PLATFORM'] ?? '';
  return platform ?? (fromEnv === '' ? DEFAULT_PLATFORM_NAME : fromEnv);
}

function named(
  name: string,
  where: string,
  { choice, settings, env }: { choice: TargetChoice; settings: CliSettings; env: NodeJS.ProcessEnv },
): Target {
  if (name === LOCAL_CONTEXT) return { kind: 'machine', platformName: platformOf(choice, env) };
  const context = Object.hasOwn(settings.contexts, name) ? settings.contexts[name] : undefined;
  if (context) return { kind: 'context', name, context };
  throw noSuchContext(name, where, settings);
}

export function noSuchContext(name: string, where: string, { contexts }: CliSettings): CommandFault {
  const close = closestWord(name, [...Object.keys(contexts), LOCAL_CONTEXT]);
  return new CommandFault('not_found', `Cannot find context "${name}" (${where})`, [
    ...(close === undefined ? [] : [`Did you mean "${close}"?`]),
    'See all: slipway context list',
    `Make it by logging in: slipway login --url URL --context ${name}`,
  ]);
}

const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$/;

export function requireContextName(name: string): void {
  if (name === LOCAL_CONTEXT)
    throw new UsageFault(`Cannot name a context "${name}": this word stands for the platform of this machine`);
  if (NAME_PATTERN.test(name)) return;
  throw new UsageFault(
    `Cannot name a context "${name}": 1 to 100 letters, digits, dots, colons, dashes, @ and underscores are allowed`,
    ['Choose one, e.g. --context work'],
  );
}
