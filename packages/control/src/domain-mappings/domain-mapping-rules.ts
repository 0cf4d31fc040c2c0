/** What a domain mapping may be: the domain is the owner's, and the certificate is for it. Pure. */
import { namedProblem } from '../name-rule.ts';
import type { FieldProblem } from '../refuse.ts';
import { readCertificate } from '../secrets/secret-rules.ts';

/** The platform's own names are given by the platform alone. */
export function domainProblem(name: string, platformDomain: string): FieldProblem | undefined {
  const problem = namedProblem('domain_mapping', name);
  if (problem) return problem;
  if (name !== platformDomain && !name.endsWith(`.${platformDomain}`)) return undefined;
  const rule = `names under ${platformDomain} are the platform's`;
  return { field: 'name', value: name, rule, fix: 'Take a domain of your own' };
}

/** Instead of the name of a secret, which has no such letter: the platform gets the certificate from a public authority. */
export const ACME_SECRET = '@acme';

/** What the proxy takes in one piece, with a margin. Chains of public authorities have a third of it. */
const CERTIFICATE_BYTES_MAX = 12 * 1024;

/** A private authority is as good as a public one: who knows it decides. */
export function certificateProblem(
  name: string,
  secret: { readonly name: string; readonly chain: string; readonly key: string },
  now: Date,
): FieldProblem | undefined {
  const problem = (rule: string, fix: string) => ({ field: 'tls_secret', value: secret.name, rule, fix });
  const certificate = readCertificate(secret.chain);
  if (certificate?.checkHost(name) === undefined) {
    return problem(`its certificate is not for ${name}`, 'Take a secret with a certificate for this domain');
  }
  if (Date.parse(certificate.validTo) <= now.getTime()) {
    return problem(`its certificate ended at ${new Date(certificate.validTo).toISOString()}`, 'Renew the certificate');
  }
  if (Buffer.byteLength(secret.chain) + Buffer.byteLength(secret.key) <= CERTIFICATE_BYTES_MAX) return undefined;
  const rule = `its certificates and key have more than ${CERTIFICATE_BYTES_MAX} bytes together`;
  return problem(rule, 'Leave the root out of the chain, and take a shorter key, e.g. an elliptic one');
}
