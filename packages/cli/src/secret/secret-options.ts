/** Options of `secret create` and `secret update`, and the data they make. */
import type { SecretFormat } from '@slipway/spec';
import type { CommandContext } from '../command-context.ts';
import type { OptionSpec, ParsedOptions } from '../command.ts';
import { DATA_OPTIONS, readData, readText, type Data } from '../read-data.ts';
import { askHidden } from '../terminal/ask-hidden.ts';
import { UsageFault } from '../usage-fault.ts';

export const SECRET_OPTIONS = {
  ...DATA_OPTIONS,
  fromJsonFile: { names: ['--from-json-file', '--json'], kind: 'value', summary: 'file with a JSON object of texts' },
  username: { names: ['--username', '-u'], kind: 'value', summary: 'user of a login' },
  password: {
    names: ['--password', '--pw'],
    kind: 'value',
    summary: 'password; --password-from-file shows it to nobody',
  },
  passwordFromFile: { names: ['--password-from-file', '--spf'], kind: 'value', summary: 'file with the password' },
  passwordFromJsonFile: {
    names: ['--password-from-json-file', '--spfj'],
    kind: 'value',
    summary: 'JSON file with the password as "apikey" or "password"',
  },
  server: { names: ['--server', '-s'], kind: 'value', summary: 'address of a registry' },
  email: { names: ['--email', '--em'], kind: 'value', summary: 'e-mail address of a registry login' },
  keyPath: { names: ['--key-path', '--kp'], kind: 'value', summary: 'file with a private SSH key' },
  knownHostsPath: { names: ['--known-hosts-path', '--khp'], kind: 'value', summary: 'file with known SSH hosts' },
  certChainFile: {
    names: ['--cert-chain-file', '--ccf'],
    kind: 'value',
    summary: 'file with certificates, the own first',
  },
  privateKeyFile: {
    names: ['--private-key-file', '--pkf'],
    kind: 'value',
    summary: 'file with the key of a certificate',
  },
  accessKeyId: { names: ['--access-key-id', '--akid'], kind: 'value', summary: 'id of an HMAC key' },
  secretAccessKey: { names: ['--secret-access-key', '--sak'], kind: 'value', summary: 'HMAC key' },
  accessKeyIdPrompt: {
    names: ['--access-key-id-prompt'],
    kind: 'flag',
    summary: 'ask for the id of an HMAC key',
    default: 'false',
  },
  secretAccessKeyPrompt: {
    names: ['--secret-access-key-prompt'],
    kind: 'flag',
    summary: 'ask for the HMAC key',
    default: 'false',
  },
} as const satisfies Record<string, OptionSpec>;

/** The public command line takes these for a registry that is not named. */
export const REGISTRY_DEFAULTS = { server: 'us.icr.io', username: 'iamapikey' } as const;

export type SecretOptions = Partial<ParsedOptions<typeof SECRET_OPTIONS>>;

/** Words of the command line → formats of the API. */
const FORMATS: Readonly<Record<string, SecretFormat>> = { hmac: 'hmac_auth', ssh: 'ssh_auth' };

export function secretFormat(word: string): SecretFormat {
  return FORMATS[word] ?? (word as SecretFormat);
}

type Asker = Pick<CommandContext, 'cwd' | 'signal' | 'terminal'>;

/** Only what was given or is typed now. Which keys a format needs is the platform's to say. */
export async function readSecretData(
  options: SecretOptions,
  context: Asker,
  how: { readonly asText: boolean } = { asText: false },
): Promise<Data> {
  const { cwd } = context;
  const read = async (path: string | undefined) => (path === undefined ? undefined : await readText(cwd, path));
  const named = {
    username: options.username,
    password: await readPassword(options, cwd),
    server: options.server,
    email: options.email,
    ssh_key: await read(options.keyPath),
    known_hosts: await read(options.knownHostsPath),
    tls_cert: await read(options.certChainFile),
    tls_key: await read(options.privateKeyFile),
    access_key_id: options.accessKeyIdPrompt ? await askHidden(context, 'access key id') : options.accessKeyId,
    secret_access_key: options.secretAccessKeyPrompt
      ? await askHidden(context, 'secret access key')
      : options.secretAccessKey,
  };
  const { fromJsonFile: path } = options;
  const json = path === undefined ? {} : parseJsonData(path, await readText(cwd, path), how);
  const given = Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...json, ...(await readData(options, cwd)), ...Object.fromEntries(given) };
}

async function readPassword(options: SecretOptions, cwd: string): Promise<string | undefined> {
  const { passwordFromFile: file, passwordFromJsonFile: jsonFile } = options;
  if (options.password !== undefined) return options.password;
  if (file !== undefined) return (await readText(cwd, file)).trimEnd();
  if (jsonFile === undefined) return undefined;
  const data = parseJsonData(jsonFile, await readText(cwd, jsonFile), { keys: ['apikey', 'password'] });
  const password = data['apikey'] ?? data['password'];
  if (password !== undefined) return password;
  throw new UsageFault(`Cannot use file "${jsonFile}": it has neither "apikey" nor "password"`);
}

export interface JsonReading {
  /** Other fields may be anything. */
  readonly keys?: readonly string[];
  /** Credentials of services hold numbers and objects, which stay JSON; elsewhere a value is a text. */
  readonly asText?: boolean;
}

/** What the parser says may quote a value, so it is not passed on. */
export function parseJsonData(path: string, text: string, { keys, asText = false }: JsonReading = {}): Data {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UsageFault(`Cannot use file "${path}": it is not JSON`);
  }
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  if (!isObject) throw new UsageFault(`Cannot use file "${path}": it is not a JSON object`);
  const entries = Object.entries(parsed as object).filter(([key]) => keys?.includes(key) ?? true);
  if (asText) {
    return Object.fromEntries(
      entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)] as const),
    );
  }
  const other = entries.find(([, value]) => typeof value !== 'string');
  if (other) throw new UsageFault(`Cannot use file "${path}": the value of "${other[0]}" is not a text`);
  return Object.fromEntries(entries) as Data;
}
