/** A project as it is stored. Its key has the id as project and as name; its own name is in the spec. */
import { Refusal, type InboundRule } from '@slipway/spec';
import type { QuotaOverrides } from '../quotas/quota-rules.ts';
import { notFound } from '../refuse.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';

export interface ProjectSpec {
  readonly name: string;
  /** DNS label, unique on the platform, never changes. */
  readonly subdomain: string;
  readonly resourceGroupId: string;
  readonly tags: readonly string[];
  readonly quotas?: QuotaOverrides;
  /** It got the destination that every project begins with; whether it still has it is its owner's choice. */
  readonly hasOutboundDefault?: boolean;
  /** Whose requests from outside its apps answer. */
  readonly inboundRules?: readonly InboundRule[];
  /** Nothing of it runs, everything of it is kept. */
  readonly softDeleted?: SoftDeletion;
  /** It goes for good; nothing takes that back. */
  readonly deletedAt?: string;
}

export interface SoftDeletion {
  readonly at: string;
  /** Fixed at the deletion: another retention time later does not change what was promised. */
  readonly until: string;
}

export interface ProjectStatus {
  /** `suspended`: deleted softly, and nothing of it runs any more. */
  readonly state: 'creating' | 'active' | 'suspended';
  /** The last try of the deletion under way did not come through. */
  readonly hasFailed?: boolean;
  /** Its apps' hosts have a certificate that every client trusts. */
  readonly hasPublicCertificate?: boolean;
}

export interface ProjectRecord extends StoredResource {
  readonly spec: ProjectSpec;
  readonly status: ProjectStatus;
}

export function projectKey(projectId: string): ResourceKey {
  return { kind: 'project', projectId, name: projectId };
}

export function projectFrom(stored: StoredResource): ProjectRecord {
  return { ...stored, spec: stored.spec as ProjectSpec, status: stored.status as ProjectStatus };
}

/** What it holds is to run. */
export function isServing({ spec }: Pick<ProjectRecord, 'spec'>): boolean {
  return spec.deletedAt === undefined && spec.softDeleted === undefined;
}

export async function findProject(store: Store, projectId: string): Promise<ProjectRecord | undefined> {
  const stored = await store.get(projectKey(projectId));
  return stored && projectFrom(stored);
}

/** Also one that is deleted: for what is about the project itself. */
export async function requireKnownProject(store: Store, projectId: string): Promise<ProjectRecord> {
  const project = await findProject(store, projectId);
  if (!project) throw notFound('project', projectId);
  return project;
}

/** For everything inside a project. */
export async function requireProject(store: Store, projectId: string): Promise<ProjectRecord> {
  const project = await requireKnownProject(store, projectId);
  const { deletedAt, name, softDeleted } = project.spec;
  if (softDeleted && deletedAt === undefined) {
    throw new Refusal('project_soft_deleted', { name, until: softDeleted.until });
  }
  return project;
}

/** For everything that adds to a project. */
export async function requireOpenProject(store: Store, projectId: string): Promise<ProjectRecord> {
  const project = await requireProject(store, projectId);
  if (project.spec.deletedAt !== undefined) throw new Refusal('project_not_empty', { name: project.spec.name });
  return project;
}

/**
 * Inserts into a project that may be deleted at the same moment. The deletion is marked before anything is removed: so
 * either the removal sees the new resource, or the second look here sees the mark and takes the resource back.
 */
export async function insertInProject(
  store: Store,
  draft: Parameters<Store['insert']>[0],
): Promise<StoredResource | undefined> {
  const inserted = await store.insert(draft);
  if (!inserted) return undefined;
  try {
    await requireOpenProject(store, draft.projectId);
  } catch (error) {
    await store.delete(draft);
    throw error;
  }
  return inserted;
}
