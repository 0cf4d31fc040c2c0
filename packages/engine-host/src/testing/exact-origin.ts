/** The strict origin that keeps what it was sent, compiled here, and what it kept, read by other rules than its own. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';

const COMPILER = '/usr/bin/gcc';
/** One space around the target, one after a colon or none, nothing between words that a reader could leave out. */
const REQUEST_LINE = /^([A-Z]+) ([\x21-\x7e]+) HTTP\/1\.1$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\t\x20-\x7e\x80-\xff]*)$/;

export const EXACT_ORIGIN_PROBLEM = existsSync(COMPILER) ? false : `${COMPILER} is not there`;

export async function compileExactOrigin(folder: string): Promise<string> {
  const program = join(folder, 'exact-origin');
  const source = join(import.meta.dirname, 'exact-origin.c');
  await runProcess([COMPILER, '-O1', '-Wall', '-Werror', '-pthread', '-o', program, source]);
  return program;
}

/** Where an app's origins keep what they get, of all its instances. */
export function recordFolder(folder: string, appName: string): string {
  const path = join(folder, `${appName}.records`);
  mkdirSync(path, { recursive: true });
  return path;
}

export interface ExactMessage {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly bytes: string;
}

export interface ExactRecord {
  readonly messages: readonly ExactMessage[];
  /** What of its connections is no message. */
  readonly remains: readonly string[];
}

export function readRecord(folder: string): ExactRecord {
  const messages: ExactMessage[] = [];
  const remains: string[] = [];
  for (const file of readdirSync(folder)) {
    let rest = readFileSync(join(folder, file), 'latin1');
    for (let message = takeMessage(rest); message; message = takeMessage(rest)) {
      messages.push(message);
      rest = rest.slice(message.bytes.length);
    }
    if (rest !== '') remains.push(rest);
  }
  return { messages, remains };
}

/** The first message, if the text begins with one that can be read in one way alone. */
function takeMessage(text: string): ExactMessage | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, Math.max(0, headEnd)).split('\r\n');
  const [, method, target] = REQUEST_LINE.exec(first) ?? [];
  const headers = lines.map((line) => HEADER_LINE.exec(line));
  if (method === undefined || target === undefined || headers.includes(null)) return undefined;
  const told = headers.map((match) => [match?.[1]?.toLowerCase() ?? '', match?.[2] ?? ''] as const);
  const valuesOf = (name: string) => told.filter(([one]) => one === name).map(([, value]) => value);
  const [framing, ...others] = [...valuesOf('content-length'), ...valuesOf('transfer-encoding')];
  if (others.length > 0 || valuesOf('host').length !== 1) return undefined;
  const bodyAt = headEnd + 4;
  const bodyLength = framing === 'chunked' ? lengthOfChunks(text.slice(bodyAt)) : Number(framing ?? 0);
  if (!/^(?:\d+|chunked)$/.test(framing ?? '0') || bodyLength === undefined || text.length < bodyAt + bodyLength)
    return undefined;
  return { method, target, headers: told, bytes: text.slice(0, bodyAt + bodyLength) };
}

function lengthOfChunks(text: string): number | undefined {
  for (let at = 0; ;) {
    const size = /^([0-9a-f]{1,6})\r\n/i.exec(text.slice(at, at + 8));
    if (!size?.[1]) return undefined;
    const length = Number.parseInt(size[1], 16);
    at += size[0].length;
    if (length === 0) {
      const trailers = /^(?:[^\r\n]+\r\n)*\r\n/.exec(text.slice(at));
      return trailers ? at + trailers[0].length : undefined;
    }
    if (text.slice(at + length, at + length + 2) !== '\r\n') return undefined;
    at += length + 2;
  }
}
