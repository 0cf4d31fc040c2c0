/** Which platform a log-in is to, and under which name it is kept. */
import type { CommandContext } from '../command-context.ts';
import { CommandFault, UsageFault } from '../usage-fault.ts';
import type { CliSettings } from './cli-settings.ts';
import { LOCAL_CONTEXT, requireContextName } from './target.ts';

export interface LoginPlace {
  readonly name: string;
  readonly url: string;
}

type Chooser = Pick<CommandContext, 'contextName' | 'env' | 'platformName' | 'say'>;

/** The given address, else that of the named or chosen context, else the platform of this machine. */
export async function findPlace(context: Chooser, settings: CliSettings, given?: string): Promise<LoginPlace> {
  const wanted = context.contextName ?? (context.env['SLIPWAY_CONTEXT'] || undefined);
  if (wanted !== undefined) requireContextName(wanted);
  const text = given ?? (context.env['SLIPWAY_URL'] || undefined);
  if (text !== undefined) {
    const url = normalUrl(text);
    return { name: wanted ?? nameFor(url, settings), url };
  }
  const known = wanted ?? settings.current;
  const stored = known === undefined ? undefined : settings.contexts[known];
  if (known !== undefined && stored) return { name: known, url: stored.url };
  const url = await machineUrl(context.platformName);
  if (url !== undefined) return { name: wanted ?? nameFor(url, settings), url };
  throw new UsageFault('Cannot log in: no address is given, and no platform is on this machine', [
    'Give the address of its API: slipway login --url http://HOST:8780',
  ]);
}

/** `https://host/v2/` → `https://host`. */
export function normalUrl(text: string): string {
  const url = URL.parse(text);
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (!url || !isWeb || url.search !== '' || url.hash !== '') {
    throw new UsageFault(`Cannot use the address "${withoutLogin(text)}": it must begin with http:// or https://`, [
      'For example: --url http://192.0.2.10:8780',
    ]);
  }
  if (url.username !== '' || url.password !== '')
    throw new UsageFault(`Cannot use an address with a user or a password in it: ${url.host}`);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(/\/v2$/, '');
}

/** Whoever listens on the way reads what is sent in clear. */
export function isReadableOnTheWay(url: string): boolean {
  const { hostname, protocol } = new URL(url);
  return protocol === 'http:' && hostname !== 'localhost' && hostname !== '[::1]' && !hostname.startsWith('127.');
}

function withoutLogin(text: string): string {
  return text.replace(/^.*@/, '').slice(0, 200);
}

/** The context that has this address already, else one named after its host. */
function nameFor(url: string, { contexts }: CliSettings): string {
  const known = Object.keys(contexts).find((name) => contexts[name]?.url === url);
  if (known !== undefined) return known;
  const name = new URL(url).host.replaceAll(/[^A-Za-z0-9.:-]/g, '').replace(/^[^A-Za-z0-9]+/, '');
  return name === LOCAL_CONTEXT || name === '' ? 'platform' : name;
}

async function machineUrl(platformName: string): Promise<string | undefined> {
  const { apiUrl, loadPlatformConfig, SetupFault } = await import('@slipway/setup');
  try {
    const config = await loadPlatformConfig(platformName);
    return config && apiUrl(config);
  } catch (cause) {
    if (!(cause instanceof SetupFault)) throw cause;
    const fix = ['Give the address of its API: slipway login --url http://127.0.0.1:8780'];
    throw new CommandFault(
      'failure',
      `Cannot find where platform "${platformName}" is: its file is not readable for you`,
      fix,
      {
        cause,
      },
    );
  }
}
