/** What is shown to who asks for a name that nobody has: HAProxy needs one, and no client should trust it. Made once. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@slipway/process';
import type { CertificateAuthority } from './certificate-authority.ts';

export async function ensureDefaultCertificate(
  authority: CertificateAuthority,
  { dir, domain }: { readonly dir: string; readonly domain: string },
): Promise<void> {
  const path = join(dir, 'default.pem');
  const present = await readFile(path, 'utf8').catch(() => '');
  if (present.includes('-----END CERTIFICATE-----')) return;
  const { chainPem, keyPem } = await authority.issue([`unknown.${domain}`]);
  await writeFileAtomic(path, `${chainPem}${keyPem}`, { mode: 0o600 });
}
