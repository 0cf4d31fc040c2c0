/**
 * Secrets at rest: AES-256-GCM with data keys in a file of their own, outside of the database, which only its owner may
 * read. A copy of the database alone, or of its backups, tells no secret; whoever restores one needs this file too.
 * The file may hold several keys: the active one seals, each opens what was sealed with it. A new one is on disk before
 * it seals anything.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SealedText, SecretBox } from '@slipway/control';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_BYTES = 6;

interface KeyFile {
  readonly active: string;
  /** Key id → key, base64. */
  readonly keys: Readonly<Record<string, string>>;
}

export interface FileSecretBoxOptions {
  /** Made with a new key when it does not exist. */
  readonly path: string;
}

export async function openFileSecretBox({ path }: FileSecretBoxOptions): Promise<SecretBox> {
  return new FileSecretBox(path, (await readKeyFile(path)) ?? (await makeKeyFile(path)));
}

class FileSecretBox implements SecretBox {
  readonly #path: string;
  /** Also those that were forgotten since the start: whoever has just read a value may still open it. */
  readonly #known: Map<string, Buffer>;
  #file: KeyFile;
  #activeKey: Buffer;

  constructor(path: string, file: KeyFile) {
    this.#path = path;
    this.#file = file;
    this.#known = new Map(Object.entries(file.keys).map(([id, key]) => [id, Buffer.from(key, 'base64')] as const));
    for (const [id, key] of this.#known)
      if (key.length !== KEY_BYTES) throw damaged(path, `key "${id}" has a wrong length`);
    const activeKey = this.#known.get(file.active);
    if (!activeKey) throw damaged(path, `the active key "${file.active}" is not in it`);
    this.#activeKey = activeKey;
  }

  get activeKeyId(): string {
    return this.#file.active;
  }

  get keyIds(): readonly string[] {
    return Object.keys(this.#file.keys);
  }

  seal(plain: string, place: string): SealedText {
    return { keyId: this.#file.active, text: encrypt(this.#activeKey, plain, place) };
  }

  open(sealed: SealedText, place: string): string {
    const key = this.#known.get(sealed.keyId);
    if (key) return decrypt(key, sealed, place);
    throw new Error(`Cannot open a sealed value: key "${sealed.keyId}" is not in ${this.#path}. Restore that file`);
  }

  async takeNewKey(): Promise<void> {
    const made = newKey();
    const next = { active: made.id, keys: { ...this.#file.keys, [made.id]: made.key.toString('base64') } };
    await replaceKeyFile(this.#path, next);
    this.#known.set(made.id, made.key);
    this.#activeKey = made.key;
    this.#file = next;
  }

  async forgetKeys(ids: readonly string[]): Promise<void> {
    const gone = new Set(ids);
    gone.delete(this.#file.active);
    const keys = Object.fromEntries(Object.entries(this.#file.keys).filter(([id]) => !gone.has(id)));
    const next = { active: this.#file.active, keys };
    await replaceKeyFile(this.#path, next);
    this.#file = next;
  }
}

function newKey(): { readonly id: string; readonly key: Buffer } {
  return { id: `k-${randomBytes(KEY_ID_BYTES).toString('hex')}`, key: randomBytes(KEY_BYTES) };
}

/** Nonce, ciphertext and tag in one text. A random nonce of 96 bits is safe for 2^32 values under one key. */
function encrypt(key: Buffer, plain: string, place: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(place, 'utf8'));
  return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}

function decrypt(key: Buffer, { text }: SealedText, place: string): string {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES)
    throw new Error(`Cannot open the sealed value at "${place}": it is cut short`);
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(place, 'utf8'));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const start = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([start, decipher.final()]).toString('utf8');
  } catch (error) {
    throw new Error(`Cannot open the sealed value at "${place}": it is not what was sealed there`, { cause: error });
  }
}

async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  await chmod(path, 0o600);
  return parseKeyFile(path, text);
}

/** What the parser says of a damaged file may quote a key, so it is not kept as a cause. */
function parseKeyFile(path: string, text: string): KeyFile {
  let parsed: Partial<KeyFile> | null = null;
  try {
    parsed = JSON.parse(text) as Partial<KeyFile> | null;
  } catch {
    throw damaged(path, 'it is not JSON');
  }
  const { active, keys } = parsed ?? {};
  if (typeof active !== 'string' || typeof keys !== 'object')
    throw damaged(path, 'it does not say which key is active');
  return { active, keys };
}

function damaged(path: string, state: string): Error {
  return new Error(`Cannot read the data keys in ${path}: ${state}. Restore the file from a backup`);
}

/**
 * Written beside and linked into place, so that the file is there whole or not at all, and a key that another starter
 * made at the same moment is never replaced.
 */
async function makeKeyFile(path: string): Promise<KeyFile> {
  const { id, key } = newKey();
  const made: KeyFile = { active: id, keys: { [id]: key.toString('base64') } };
  await mkdir(dirname(path), { recursive: true, mode: 0o711 });
  const draft = await writeDraft(path, made);
  try {
    await link(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  await syncFolderOf(path);
  return (await readKeyFile(path)) ?? made;
}

/** A crash leaves the old file or the new one; a draft of its own name may be left beside it, readable by root alone. */
async function replaceKeyFile(path: string, keys: KeyFile): Promise<void> {
  await rename(await writeDraft(path, keys), path);
  await syncFolderOf(path);
}

async function writeDraft(path: string, keys: KeyFile): Promise<string> {
  const draft = `${path}.${randomBytes(KEY_ID_BYTES).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}

async function syncFolderOf(path: string): Promise<void> {
  const folder = await open(dirname(path));
  await folder.sync().finally(() => folder.close());
}
