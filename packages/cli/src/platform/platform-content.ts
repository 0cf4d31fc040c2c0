/** What is on the platform, for its status: how much of it, and which certificates the public authority has not given. */
import type { Client } from '@slipway/client';
import type { CertificateFailure, Project } from '@slipway/spec';
import { listAll } from '../list-all.ts';

export interface PlatformContent {
  readonly projects: number;
  readonly apps: number;
  readonly certificate_failures: readonly (CertificateFailure & { readonly project: string })[];
}

export interface ContentOptions {
  /** A public authority gives certificates; else none can be missing. */
  readonly hasAuthority: boolean;
  readonly signal: AbortSignal;
}

export async function readContent(client: Client, options: ContentOptions): Promise<PlatformContent> {
  const { hasAuthority, signal } = options;
  const projects = await listAll(
    (query) => client.listProjects({ query, signal }),
    (page) => page.projects,
  );
  const apps = await Promise.all(projects.map((project) => countApps(client, project, signal)));
  const failures = hasAuthority ? await Promise.all(projects.map((one) => failuresIn(client, one, signal))) : [];
  return {
    projects: projects.length,
    apps: apps.reduce((sum, count) => sum + count, 0),
    certificate_failures: failures.flat(),
  };
}

async function countApps(client: Client, { id = '' }: Project, signal: AbortSignal): Promise<number> {
  const params = { project_id: id };
  const apps = await listAll(
    (query) => client.listApps({ params, query, signal }),
    (page) => page.apps,
  );
  return apps.length;
}

async function failuresIn(client: Client, { id = '', name }: Project, signal: AbortSignal) {
  const params = { project_id: id };
  const [details, mappings] = await Promise.all([
    client.getProjectStatusDetails({ params, signal }),
    listAll(
      (query) => client.listDomainMappings({ params, query, signal }),
      (page) => page.domain_mappings,
    ),
  ]);
  const all = [details.certificate_failure, ...mappings.map((one) => one.status_details?.certificate_failure)];
  return all.flatMap((failure) => (failure ? [{ ...failure, project: name }] : []));
}
