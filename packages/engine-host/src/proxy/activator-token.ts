/**
 * The secret by which the activator knows HAProxy. It lives as long as HAProxy's files: a daemon that starts again must
 * adopt the running process, which has it already. Root alone reads the folder.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@slipway/process';

const TOKEN_BYTES = 16;
/** 128 bits in letters and digits: HAProxy copies it byte by byte with each request that it takes, so each counts. */
const TOKEN = /^[0-9a-z]{25}$/;
const RADIX = 36;
const TOKEN_CHARS = 25;

export async function ensureActivatorToken(proxyDir: string): Promise<string> {
  const path = join(proxyDir, 'activator-token');
  const present = await readFile(path, 'utf8').catch(() => '');
  if (TOKEN.test(present)) return present;
  await mkdir(proxyDir, { recursive: true, mode: 0o700 });
  const token = BigInt(`0x${randomBytes(TOKEN_BYTES).toString('hex')}`)
    .toString(RADIX)
    .padStart(TOKEN_CHARS, '0');
  await writeFileAtomic(path, token, { mode: 0o600 });
  return token;
}
