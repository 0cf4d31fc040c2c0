/** Certificates: the platform's own authority, and those of a public one over ACME. */
export { createAcmeIssuer, makeAccountKey, type AcmeIssuer } from './acme-issuer.ts';
export { openCertificateAuthority, type CertificateAuthority } from './certificate-authority.ts';
export { ensureDefaultCertificate } from './default-certificate.ts';
export type { IssuedCertificate } from './issued-certificate.ts';
