/** Makes the requests of this process trust further certificates, beside those of the system. */
import { X509Certificate } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { UsageFault } from '../usage-fault.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Each of the certificates in a PEM file, which may hold other text and other things too. */
export function certificatesIn(pem: string, path: string): readonly string[] {
  const found = pem.match(CERTIFICATE) ?? [];
  for (const certificate of found) {
    try {
      void new X509Certificate(certificate);
    } catch (cause) {
      throw new UsageFault(`Cannot use --ca-file "${path}": a certificate in it cannot be read (${String(cause)})`);
    }
  }
  if (found.length === 0)
    throw new UsageFault(`Cannot use --ca-file "${path}": it holds no certificate`, ['Name a PEM file']);
  return found;
}

export function trustCertificates(certificates: readonly string[]): void {
  setDefaultCACertificates([...getCACertificates('default'), ...certificates]);
}
