/**
 * What an SSH secret may hold: a private key that opens without a passphrase, for nobody is there to type one, and known
 * hosts in the format of OpenSSH. Pure; what a parser says about a key may quote it, so it is not passed on.
 * Source: OpenSSH PROTOCOL.key; sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
 */
import { createPrivateKey } from 'node:crypto';

const PEM_PATTERN = /^-----BEGIN ([A-Z ]*PRIVATE KEY)-----\n([\s\S]+)\n-----END \1-----\s*$/;
const PUBLIC_KEY_PATTERN = /^(?:ssh-|ecdsa-|sk-)\S+ AAAA|^-----BEGIN [A-Z ]*PUBLIC KEY-----/;
const KNOWN_HOST_PATTERN =
  /^(?:@(?:cert-authority|revoked)\s+)?\S+\s+(?:ssh|ecdsa|sk)-\S+\s+[A-Za-z0-9+/]+={0,2}(?:\s.*)?$/;
/** A host without its key: nothing is known of it, as if the line were not there. The public API takes it. */
const HOST_PATTERN = /^[A-Za-z0-9*?[\]][A-Za-z0-9*?.,:[\]_-]*$/;
const OPENSSH_MAGIC = 'openssh-key-v1\0';
const WHOLE_FILE = 'Send the whole file with its first and last line';

/** The rule that is broken, and what to do. */
export interface ContentFault {
  readonly rule: string;
  readonly fix: string;
}

export function sshKeyFault(text: string): ContentFault | undefined {
  const pem = text.replaceAll('\r\n', '\n').trimStart();
  if (PUBLIC_KEY_PATTERN.test(pem))
    return { rule: 'it is a public key', fix: 'Send the private key that belongs to it' };
  const [, label = '', body = ''] = PEM_PATTERN.exec(pem) ?? [];
  if (label === '') return { rule: 'it is no private key in PEM form', fix: WHOLE_FILE };
  const state = label === 'OPENSSH PRIVATE KEY' ? openSshState(body) : pemState(pem);
  if (state === 'open') return undefined;
  if (state === 'damaged') return { rule: 'it is a private key that cannot be read', fix: WHOLE_FILE };
  return { rule: 'it is a private key with a passphrase', fix: 'Send one without a passphrase' };
}

export function knownHostsFault(text: string): ContentFault | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const isGood = (line: string) =>
    line === '' || line.startsWith('#') || KNOWN_HOST_PATTERN.test(line) || HOST_PATTERN.test(line);
  const bad = lines.findIndex((line) => !isGood(line));
  if (bad < 0) return undefined;
  const fix = 'Write a line for each host: its name, the type of its key, the key; ssh-keyscan prints them';
  return { rule: `line ${bad + 1} names no host with its key`, fix };
}

type KeyState = 'open' | 'locked' | 'damaged';

function pemState(pem: string): KeyState {
  if (pem.startsWith('-----BEGIN ENCRYPTED') || /^Proc-Type: 4,ENCRYPTED$/m.test(pem)) return 'locked';
  try {
    createPrivateKey(pem);
    return 'open';
  } catch {
    return 'damaged';
  }
}

/** After the magic word stands the name of the cipher, as a text with its length before it. */
function openSshState(body: string): KeyState {
  const bytes = Buffer.from(body, 'base64');
  const start = OPENSSH_MAGIC.length + 4;
  if (bytes.length < start || bytes.toString('latin1', 0, OPENSSH_MAGIC.length) !== OPENSSH_MAGIC) return 'damaged';
  const cipher = bytes.toString('latin1', start, start + bytes.readUInt32BE(OPENSSH_MAGIC.length));
  return cipher === 'none' ? 'open' : 'locked';
}
