/**
 * The administrator's token: made once, kept in a file only root may read, and recognised by its SHA-256 alone, so the
 * token itself is never in the memory of the server after the start.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@slipway/process';

const TOKEN_BYTES = 32;
/** Tells a leaked token from any other random text. */
const TOKEN_PREFIX = 'slw_';

export function adminTokenPath(stateDir: string): string {
  return join(stateDir, 'admin-token');
}

/** Makes the token when there is none; returns its SHA-256. */
export async function ensureAdminToken(stateDir: string): Promise<Buffer> {
  const path = adminTokenPath(stateDir);
  const known = await readToken(path);
  if (known !== undefined) {
    await chmod(path, 0o600);
    return sha256(known);
  }
  const token = TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
  await writeFileAtomic(path, `${token}\n`, { mode: 0o600 });
  return sha256(token);
}

/** Undefined when there is no token, or the file of one was left empty. */
async function readToken(path: string): Promise<string | undefined> {
  try {
    const token = (await readFile(path, 'utf8')).trim();
    return token === '' ? undefined : token;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
