/** Certificates: the platform's own authority, and those of a public one over ACME. */
export { authorityFile, openCertificateAuthority, type CertificateAuthority } from './certificate-authority.ts';
export type { IssuedCertificate } from './issued-certificate.ts';
