/** Which certificates a fake machine serves, by project; one that is none, or whose key is another's, is refused. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { EngineFault } from './engine-fault.ts';
import type { CertificateWorkload } from './workload.ts';

export class FakeCertificates {
  readonly #byProject = new Map<string, readonly CertificateWorkload[]>();

  set(projectId: string, certificates: readonly CertificateWorkload[]): void {
    const before = this.#byProject.get(projectId) ?? [];
    const refused = certificates.filter((certificate) => !isUsable(certificate));
    const isRefused = (name: string) => refused.some(({ certificateName }) => certificateName === name);
    const orphans = before.filter(({ certificateName }) => isRefused(certificateName));
    this.#byProject.set(projectId, [...certificates.filter((one) => !refused.includes(one)), ...orphans]);
    if (refused.length === 0) return;
    const subjects = refused.map(({ certificateName }) => certificateName);
    throw new EngineFault('certificate_refused', `Cannot serve ${subjects.length} certificates`, { subjects });
  }

  remove(projectId: string): void {
    this.#byProject.delete(projectId);
  }

  /** What a client that asks for the host is shown; an exact name goes before a wildcard. */
  servedFor(host: string): CertificateWorkload | undefined {
    const all = [...this.#byProject.values()].flat();
    const wildcard = host.replace(/^[^.]+/, '*');
    return all.find(({ hosts }) => hosts.includes(host)) ?? all.find(({ hosts }) => hosts.includes(wildcard));
  }
}

function isUsable({ chainPem, keyPem }: CertificateWorkload): boolean {
  try {
    return new X509Certificate(chainPem).checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    // Whatever is wrong with it, it cannot be served.
    return false;
  }
}
