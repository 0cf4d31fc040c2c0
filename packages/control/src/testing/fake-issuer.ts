/** For tests: an issuer whose certificates are real and for other hosts; its public half fails on demand. */
import type { CertificateIssuer, CertificatePair } from '../certificates/certificate-issuer.ts';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from './test-certificate.ts';

const LIFE_MS = 90 * 86_400_000;

export interface FakeIssuer extends CertificateIssuer {
  readonly acme: NonNullable<CertificateIssuer['acme']>;
  /** Hosts of every order at the public authority. */
  readonly orders: readonly string[];
  /** The next orders fail with this; undefined heals. */
  refuse(failure: string | undefined): void;
}

export function createFakeIssuer({ hasWildcards = false } = {}): FakeIssuer {
  const orders: string[] = [];
  let refusal: string | undefined;
  const pair = (): CertificatePair => {
    const notBefore = new Date();
    const notAfter = new Date(notBefore.getTime() + LIFE_MS);
    return { chainPem: TEST_CERTIFICATE, keyPem: TEST_CERTIFICATE_KEY, notBefore, notAfter };
  };
  return {
    orders,
    refuse(failure) {
      refusal = failure;
    },
    own: { id: 'own', issue: async () => pair() },
    acme: {
      id: 'acme',
      hasWildcards,
      async order(hosts) {
        orders.push(...hosts);
        if (refusal !== undefined) throw new Error(refusal);
        return pair();
      },
    },
  };
}
