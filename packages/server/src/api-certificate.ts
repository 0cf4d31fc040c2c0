/**
 * The certificate of the API's port, where that is open to other machines: for `api.` and the platform's domain, of the
 * platform's own authority, in memory, and made anew long before it ends.
 */
import type { CertificateIssuer } from '@slipway/control';
import type { PlatformConfig } from '@slipway/setup';
import type { TlsPair } from './http/tls-door.ts';
import { isLocalAddress } from './is-local-address.ts';

/** Certificates of the own authority are good for three months. A timer takes 24 days at most. */
const RENEWAL_MS = 10 * 24 * 3_600_000;

export interface ApiCertificate {
  readonly publicName: string;
  readonly pair: TlsPair;
  /** Until the returned function is called. */
  keepFresh(take: (pair: TlsPair) => void, onFailure: (error: unknown) => void): () => void;
}

/** Undefined where only this machine reaches the API. */
export async function openApiCertificate(
  { api, domain }: Pick<PlatformConfig, 'api' | 'domain'>,
  issue: CertificateIssuer['own']['issue'] | undefined,
): Promise<ApiCertificate | undefined> {
  if (issue === undefined || isLocalAddress(api.address)) return undefined;
  const publicName = `api.${domain}`;
  return {
    publicName,
    pair: await issue([publicName]),
    keepFresh(take, onFailure) {
      const timer = setInterval(() => void issue([publicName]).then(take, onFailure), RENEWAL_MS);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
