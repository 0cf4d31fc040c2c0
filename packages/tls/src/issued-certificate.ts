/** A certificate with its key, ready to be served. */
export interface IssuedCertificate {
  /** The host's certificate first, then its issuers, without the root. */
  readonly chainPem: string;
  readonly keyPem: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}
