/** What an owner is told of a certificate that the public authority has not given. */
import type { CertificateFailure } from '@slipway/spec';
import type { Store } from '../store.ts';
import { certificateFrom, certificateKey, type CertificateStatus } from './certificate-record.ts';

/** Undefined while all is well, and when nobody asked the authority for one. */
export async function findCertificateFailure(
  store: Store,
  projectId: string,
  host: string,
): Promise<CertificateFailure | undefined> {
  const stored = await store.get(certificateKey(projectId, { hosts: [host], origin: 'acme' }));
  if (!stored) return undefined;
  const { spec, status } = certificateFrom(stored);
  return spec.origin === 'acme' ? viewCertificateFailure(host, status) : undefined;
}

/** Pure. */
function viewCertificateFailure(host: string, status: CertificateStatus): CertificateFailure | undefined {
  const { failure, failures = 1, nextTryAt, notAfter } = status;
  if (failure === undefined || nextTryAt === undefined) return undefined;
  const next = { host, reason: failure, failed_orders: failures, next_try_at: nextTryAt };
  return notAfter === undefined ? next : { ...next, valid_until: notAfter };
}
