/**
 * The secrets of the bundled registry: a random secret for passwords and uploads, and the key with its self-signed
 * certificate that tokens are signed with. Made once, kept in files that only root reads.
 */
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess, writeFileAtomic } from '@slipway/process';

export interface RegistryKeys {
  readonly secret: string;
  readonly privateKeyPem: string;
  readonly certificatePem: string;
  readonly certificatePath: string;
}

const CERTIFICATE_DAYS = 3650;
/** A certificate that is this close to its end is replaced at start. */
const RENEW_BEFORE_MS = 180 * 24 * 3600 * 1000;

export async function prepareRegistryKeys(dir: string, now: Date = new Date()): Promise<RegistryKeys> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const secretPath = join(dir, 'secret');
  const keyPath = join(dir, 'token.key');
  const certificatePath = join(dir, 'token.crt');
  let secret = await readIfPresent(secretPath);
  if (secret === undefined) {
    secret = randomBytes(32).toString('base64url');
    await writeFileAtomic(secretPath, secret, { mode: 0o600 });
  }
  const certificate = await readIfPresent(certificatePath);
  const privateKey = await readIfPresent(keyPath);
  if (certificate !== undefined && privateKey !== undefined && isLasting(certificate, now)) {
    return { secret, privateKeyPem: privateKey, certificatePem: certificate, certificatePath };
  }
  await makeCertificate(keyPath, certificatePath);
  return {
    secret,
    privateKeyPem: await readFile(keyPath, 'utf8'),
    certificatePem: await readFile(certificatePath, 'utf8'),
    certificatePath,
  };
}

function isLasting(certificatePem: string, now: Date): boolean {
  return new Date(new X509Certificate(certificatePem).validTo).getTime() - now.getTime() > RENEW_BEFORE_MS;
}

/** The certificate comes last: a crash in between leaves a key without certificate, which is made anew. */
async function makeCertificate(keyPath: string, certificatePath: string): Promise<void> {
  const key = `${keyPath}.new`;
  const certificate = `${certificatePath}.new`;
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-sha256'];
  const subject = ['-days', String(CERTIFICATE_DAYS), '-subj', '/CN=Slipway registry tokens'];
  await runProcess(['openssl', 'req', ...kind, ...subject, '-keyout', key, '-out', certificate]);
  await rename(key, keyPath);
  await rename(certificate, certificatePath);
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
