/**
 * Who gives certificates on this platform: its own authority, and a public one when the configuration names it. The key of
 * the account there is made once, and kept sealed like a secret.
 */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CertificateIssuer, SealedText, SecretBox } from '@slipway/control';
import { writeFileAtomic } from '@slipway/process';
import type { AcmeSettings, PlatformConfig } from '@slipway/setup';
import { createAcmeIssuer, ensureDefaultCertificate, makeAccountKey, openCertificateAuthority } from '@slipway/tls';
import { tlsDirFor } from './host-settings.ts';

const ACCOUNT_PLACE = 'acme-account';

interface CertificateParts {
  readonly secretBox: SecretBox;
  /** Whose edge answers the public authority. */
  readonly engine: { answerChallenge(token: string, answer: string): Promise<() => Promise<void>> };
}

export async function openCertificates(
  config: PlatformConfig,
  { engine, secretBox }: CertificateParts,
): Promise<CertificateIssuer> {
  const dir = tlsDirFor(config);
  const authority = await openCertificateAuthority({ dir, platformName: config.name, domain: config.domain });
  await ensureDefaultCertificate(authority, { dir, domain: config.domain });
  const own = {
    id: new X509Certificate(authority.certificatePem).fingerprint256,
    issue: (hosts: readonly string[]) => authority.issue(hosts),
  };
  if (!config.acme || config.https.port === 0) return { own };
  const { caFile, directory, dnsHook, email } = config.acme;
  const acme = createAcmeIssuer({
    directory,
    email,
    accountKey: () => readAccountKey(dir, secretBox),
    answerChallenge: (token, answer) => engine.answerChallenge(token, answer),
    ...(caFile !== undefined && { caPem: await readAuthorities(caFile) }),
    ...(dnsHook !== undefined && { dnsHook }),
  });
  return {
    own,
    acme: { id: directory, hasWildcards: dnsHook !== undefined, order: (hosts, signal) => acme.order(hosts, signal) },
  };
}

async function readAuthorities(caFile: NonNullable<AcmeSettings['caFile']>): Promise<string> {
  try {
    return await readFile(caFile, 'utf8');
  } catch (cause) {
    throw new Error(`Cannot read ${caFile}. Correct --acme-ca-file`, { cause });
  }
}

/** Undefined when its data key was let go: another account is as good, and the authority makes one without asking. */
function openAccountKey(box: SecretBox, sealed: SealedText): string | undefined {
  return box.keyIds.includes(sealed.keyId) ? box.open(sealed, ACCOUNT_PLACE) : undefined;
}

async function readAccountKey(dir: string, box: SecretBox): Promise<string> {
  const path = join(dir, 'acme-account.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const present = text === undefined ? undefined : openAccountKey(box, JSON.parse(text) as SealedText);
  if (present !== undefined) return present;
  const key = await makeAccountKey();
  await writeFileAtomic(path, JSON.stringify(box.seal(key, ACCOUNT_PLACE)), { mode: 0o600 });
  return key;
}
