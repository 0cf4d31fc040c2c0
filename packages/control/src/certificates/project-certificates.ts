/**
 * The certificates of a project: the rows that must exist for its own hosts, and all it has, as the engine takes them. Of
 * two for one host that of a public authority is served.
 */
import type { CertificateWorkload } from '@slipway/engine';
import { changeSpec } from '../change-spec.ts';
import type { ControlContext } from '../control-context.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import { newResourceId } from '../resource-id.ts';
import type { StoredResource } from '../store.ts';
import { walkStore } from '../walk-store.ts';
import { reconcileCertificate } from './certificate-reconcile.ts';
import { certificateFrom, certificateKey, isProjectHost, openPem, type CertificateSpec } from './certificate-record.ts';
import { isExpired } from './certificate-schedule.ts';

export type CertificateReadParts = Pick<ControlContext, 'clock' | 'secretBox' | 'store'>;

/** `*.shop.apps.example.com`: every app of the project, and every tag of one. */
export function projectHosts({ spec }: ProjectRecord, { domain }: Pick<ControlContext['facts'], 'domain'>): string {
  return `*.${spec.subdomain}.${domain}`;
}

/** The platform's own certificate is there when this returns; one of a public authority comes later. */
export async function ensureProjectCertificates(context: ControlContext, project: ProjectRecord): Promise<void> {
  const { certificateIssuer: issuer, facts, store } = context;
  const hosts = [projectHosts(project, facts)];
  const wanted: CertificateSpec[] = [{ hosts, origin: 'own' }];
  if (issuer.acme?.hasWildcards) wanted.push({ hosts, origin: 'acme' });
  for (const spec of wanted) {
    const { name } = await ensureCertificate(context, project.id, spec);
    if (spec.origin === 'own') await reconcileCertificate(context, project.id, name);
    else context.activate({ kind: 'certificate', projectId: project.id, name });
  }
  const names = new Set(wanted.map((spec) => certificateKey(project.id, spec).name));
  for await (const stored of walkStore(store, { kind: 'certificate', projectId: project.id })) {
    if (isProjectHost(certificateFrom(stored).spec.hosts[0] ?? '') && !names.has(stored.name))
      await store.delete(stored);
  }
}

/** The row of a certificate, as it is or new. */
export async function ensureCertificate(
  { randomText, store }: ControlContext,
  projectId: string,
  spec: CertificateSpec,
): Promise<StoredResource> {
  const key = certificateKey(projectId, spec);
  // Where it comes from may change; what is there goes on until the next one comes.
  const found = await changeSpec<CertificateSpec>(store, key, {
    ifMatch: '*',
    decide: (stored) => (certificateFrom(stored).spec.origin === spec.origin ? undefined : spec),
  });
  if (found) return found;
  const draft = { ...key, id: newResourceId(randomText), owner: '', spec, status: {} };
  const made = (await store.insert(draft)) ?? (await store.get(key));
  if (!made) throw new Error('A certificate was removed while it was made');
  return made;
}

export interface ProjectCertificates {
  readonly workloads: readonly CertificateWorkload[];
  /** The project's own hosts have a certificate that every client trusts. */
  readonly isPublic: boolean;
}

export async function readCertificates(parts: CertificateReadParts, projectId: string): Promise<ProjectCertificates> {
  const now = parts.clock.now();
  const byHost = new Map<string, CertificateWorkload>();
  let isPublic = false;
  // By name: "own …" before "public …", which replaces it.
  for await (const stored of walkStore(parts.store, { kind: 'certificate', projectId })) {
    const certificate = certificateFrom(stored);
    const { hosts, origin } = certificate.spec;
    const [host = ''] = hosts;
    const pem = openPem(parts.secretBox, certificate);
    if (!pem) continue;
    if (byHost.has(host) && isExpired(certificate.status, now)) continue;
    if (origin === 'acme' && isProjectHost(host)) isPublic = true;
    byHost.set(host, { certificateName: certificateNameFor(projectId, host), hosts, ...pem });
  }
  return { workloads: [...byHost.values()], isPublic };
}

export function certificateNameFor(projectId: string, host: string): string {
  return `${projectId}/${host}`;
}
