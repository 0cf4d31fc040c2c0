/**
 * The API key to log in with: from a file, standard input, the environment, or typed without being shown. On the command
 * line itself it is taken too, because scripts do so, and then it is said who else can read it there.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandContext } from '../command-context.ts';
import { askHidden } from '../terminal/ask-hidden.ts';
import { CommandFault, UsageFault } from '../usage-fault.ts';

const KEY_CHARACTERS_MAX = 4096;
const INPUT_BYTES_MAX = 64 * 1024;
const VARIABLES = ['SLIPWAY_API_KEY', 'IBMCLOUD_API_KEY'] as const;
const WAYS = [
  'From a file: --apikey @FILE',
  'From standard input: --apikey -',
  'From the environment: SLIPWAY_API_KEY',
  'On the machine of the platform, make one (slipway apikey create NAME)',
];

export type KeySource = Pick<CommandContext, 'cwd' | 'env' | 'say' | 'signal' | 'terminal'>;

export async function readApiKey(source: KeySource, given: string | undefined): Promise<string> {
  if (given === '-') return checked(await readInput(), 'standard input');
  if (given?.startsWith('@')) return checked(keyIn(await readKeyFile(source, given.slice(1))), given);
  if (given !== undefined) {
    source.say('Warning: an API key in the command line can be read by other users of this machine. Better: @FILE');
    return checked(given, '--apikey');
  }
  for (const name of VARIABLES) {
    const value = source.env[name] ?? '';
    if (value !== '') return checked(value, name);
  }
  if (process.stdin.isTTY !== true) throw new UsageFault('Cannot log in: there is no API key', WAYS);
  return checked(await askHidden(source, 'API key'), 'what was typed');
}

/** A file holds the key alone, or is the JSON that making a key printed. */
function keyIn(text: string): string {
  if (!text.trimStart().startsWith('{')) return text;
  try {
    const { apikey } = JSON.parse(text) as { apikey?: unknown };
    return typeof apikey === 'string' ? apikey : '';
  } catch {
    // The parser's message may hold a part of the key.
    return '';
  }
}

async function readKeyFile({ cwd, env }: KeySource, path: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, path.replace(/^~(?=\/)/, env['HOME'] ?? '~')), 'utf8');
  } catch (cause) {
    const fix = ['Name a file that you may read'];
    throw new CommandFault('failure', `Cannot read the API key from file "${path}"`, fix, { cause });
  }
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > INPUT_BYTES_MAX) break;
    chunks.push(chunk);
  }
  return keyIn(Buffer.concat(chunks).toString('utf8'));
}

function checked(text: string, where: string): string {
  const key = text.trim();
  if (key !== '' && key.length <= KEY_CHARACTERS_MAX && !/\s/.test(key)) return key;
  throw new UsageFault(`Cannot use the API key of ${where}: it is no single word`, WAYS);
}
