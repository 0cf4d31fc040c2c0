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

export function certificateProblem(
  name: string,
  secret: { readonly name: string; readonly chain: string },
): FieldProblem | undefined {
  const certificate = readCertificate(secret.chain);
  if (certificate?.checkHost(name) !== undefined) return undefined;
  const rule = `its certificate is not for ${name}`;
  return { field: 'tls_secret', value: secret.name, rule, fix: 'Take a secret with a certificate for this domain' };
}
