/**
 * Port: who gives certificates that no owner brought. The platform's own authority always does, at once, and for names of
 * the platform only; a public one does when the operator named one, after it has seen that a domain leads here.
 */

export interface CertificatePair {
  /** The certificate of the hosts first, then its issuers. */
  readonly chainPem: string;
  readonly keyPem: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface CertificateIssuer {
  readonly own: {
    /** Another authority has another id: what the one before gave is not trusted by who trusts this one. */
    readonly id: string;
    issue(hosts: readonly string[]): Promise<CertificatePair>;
  };
  readonly acme?: {
    /** The same for an account and an authority. */
    readonly id: string;
    /** It can prove domains by their DNS, and so get `*.` names. */
    readonly hasWildcards: boolean;
    /** Rejects with a sentence that its owner may read. */
    order(hosts: readonly string[], signal: AbortSignal): Promise<CertificatePair>;
  };
}
