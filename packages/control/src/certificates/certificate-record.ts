/**
 * A certificate as it is stored: for which hosts, where it comes from, and the newest one that came, sealed like a secret.
 * The copy of one that an owner brought is kept, too: the domain goes on with it when the secret is gone.
 */
import type { SealedText, SecretBox } from '../secret-box.ts';
import type { ResourceKey, StoredResource } from '../store.ts';
import type { CertificatePair } from './certificate-issuer.ts';

export const CERTIFICATE_ORIGINS = ['own', 'acme', 'secret'] as const;
export type CertificateOrigin = (typeof CERTIFICATE_ORIGINS)[number];

export interface CertificateSpec {
  readonly hosts: readonly string[];
  readonly origin: CertificateOrigin;
}

export interface CertificateStatus {
  readonly sealed?: SealedText;
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** The authority that gave it. */
  readonly issuerId?: string;
  /** Orders in a row that failed, why the last one did, and when the next may be tried. */
  readonly failures?: number;
  readonly failure?: string;
  readonly nextTryAt?: string;
}

export interface CertificateRecord extends StoredResource {
  readonly spec: CertificateSpec;
  readonly status: CertificateStatus;
}

export type Pem = Pick<CertificatePair, 'chainPem' | 'keyPem'>;

/** One host may have a certificate of the platform's own beside one of a public authority. */
export function certificateKey(projectId: string, { hosts, origin }: CertificateSpec): ResourceKey {
  const kept = origin === 'own' ? 'own' : 'public';
  return { kind: 'certificate', projectId, name: `${kept} ${hosts[0] ?? ''}` };
}

/** For all apps of a project; domains of owners have no wildcard. */
export function isProjectHost(host: string): boolean {
  return host.startsWith('*.');
}

export function certificateFrom(stored: StoredResource): CertificateRecord {
  return { ...stored, spec: stored.spec as CertificateSpec, status: stored.status as CertificateStatus };
}

export function sealPem(box: SecretBox, id: string, { chainPem, keyPem }: Pem): SealedText {
  return box.seal(JSON.stringify({ chainPem, keyPem }), placeOf(id));
}

export function openPem(box: SecretBox, { id, status }: CertificateRecord): Pem | undefined {
  return status.sealed && (JSON.parse(box.open(status.sealed, placeOf(id))) as Pem);
}

/** Undefined when the active key has sealed it, or nothing is sealed. */
export function resealCertificate(
  box: SecretBox,
  id: string,
  status: CertificateStatus,
): CertificateStatus | undefined {
  const { sealed } = status;
  if (!sealed || sealed.keyId === box.activeKeyId) return undefined;
  return { ...status, sealed: box.seal(box.open(sealed, placeOf(id)), placeOf(id)) };
}

function placeOf(id: string): string {
  return `certificate/${id}`;
}
