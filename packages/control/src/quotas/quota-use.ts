/** How much of its quotas a project uses: what counts against each, said once, for refusals and for `GET …/quotas`. */
import { Refusal, quotaName, type QuotaKey } from '@slipway/spec';
import { allowedOutboundDestinationFrom } from '../allowed-outbound-destinations/allowed-outbound-destination-record.ts';
import { buildRunFrom, isEnded } from '../build-runs/build-run-record.ts';
import { findApp } from '../apps/app-record.ts';
import type { ControlContext } from '../control-context.ts';
import { requireProject } from '../projects/project-record.ts';
import { wordsOf } from '../refuse.ts';
import { listRevisions } from '../revisions/revision-record.ts';
import { revisionsToKeep } from '../revisions/revision-retention.ts';
import type { ResourceKey, ResourceKind, StoredResource } from '../store.ts';
import { DEFAULT_TRAFFIC } from '../traffic/traffic-record.ts';
import { walkStore } from '../walk-store.ts';
import { hasRevisionRoom, quotaLimit } from './quota-rules.ts';

interface QuotaCounter {
  readonly kind: ResourceKind;
  /** Of one owner alone, e.g. the type of a subscription. */
  readonly owner?: string;
  /** Absent: every resource of the kind counts. */
  readonly counts?: (stored: StoredResource) => boolean;
}

/** Counted by the engine, which also keeps them: what does not fit waits there. */
export const RESOURCE_QUOTAS = ['instances', 'cpuMillis', 'memoryBytes', 'ephemeralStorageBytes'] as const;
type ResourceQuota = (typeof RESOURCE_QUOTAS)[number];
export type CountedQuota = Exclude<QuotaKey, ResourceQuota>;

const COUNTERS: Readonly<Record<CountedQuota, QuotaCounter>> = {
  apps: { kind: 'app' },
  revisions: { kind: 'app_revision' },
  builds: { kind: 'build' },
  // Ended ones make room by themselves.
  buildRuns: { kind: 'build_run', counts: (stored) => !isEnded(buildRunFrom(stored)) },
  configMaps: { kind: 'config_map' },
  secrets: { kind: 'secret' },
  jobs: { kind: 'job' },
  jobRuns: { kind: 'job_run' },
  functions: { kind: 'function' },
  bindings: { kind: 'binding' },
  domainMappings: { kind: 'domain_mapping' },
  persistentDataStores: { kind: 'persistent_data_store' },
  allowedOutboundDestinations: { kind: 'allowed_outbound_destination' },
  cronSubscriptions: { kind: 'subscription', owner: 'cron' },
  kafkaSubscriptions: { kind: 'subscription', owner: 'kafka' },
  cosSubscriptions: { kind: 'subscription', owner: 'cos' },
  privatePathDestinations: {
    kind: 'allowed_outbound_destination',
    counts: (stored) => allowedOutboundDestinationFrom(stored).spec.type === 'private_path_service_gateway',
  },
};

export async function quotaUse(
  { store }: Pick<ControlContext, 'store'>,
  projectId: string,
  key: CountedQuota,
): Promise<number> {
  const { kind, owner, counts } = COUNTERS[key];
  if (!counts) return await store.count({ kind, projectId, ...(owner !== undefined && { owner }) });
  let used = 0;
  for await (const stored of walkStore(store, { kind, projectId })) if (counts(stored)) used += 1;
  return used;
}

export function isResourceQuota(key: QuotaKey): key is ResourceQuota {
  return (RESOURCE_QUOTAS as readonly QuotaKey[]).includes(key);
}

/** To be asked in the turn that inserts: between the look and the insert nobody else may insert. */
export async function requireQuota(
  context: Pick<ControlContext, 'store'>,
  { kind, projectId, name }: ResourceKey,
  key: CountedQuota,
): Promise<void> {
  const { spec } = await requireProject(context.store, projectId);
  const limit = quotaLimit(spec.quotas, key);
  const used = await quotaUse(context, projectId, key);
  if (used >= limit) throw quotaExceeded({ kind, name }, { key, limit, used });
}

/** The refusal of one more revision of an app; undefined when there is room. To be asked in the turn that adds it. */
export async function revisionRefusal(
  context: Pick<ControlContext, 'store'>,
  { projectId, name }: Pick<ResourceKey, 'projectId' | 'name'>,
): Promise<Refusal | undefined> {
  const { spec } = await requireProject(context.store, projectId);
  const limit = quotaLimit(spec.quotas, 'revisions');
  const ofProject = await quotaUse(context, projectId, 'revisions');
  const app = await findApp(context.store, projectId, name);
  const revisions = app ? await listRevisions(context.store, app) : [];
  const { revisionsMax } = app?.spec.traffic ?? DEFAULT_TRAFFIC;
  // As it will be when there is one more: the newest of today stays only if it has another use.
  const next = app && { ...app, spec: { ...app.spec, revisionNumber: app.spec.revisionNumber + 1 } };
  const inUse = next ? revisionsToKeep(next) : new Set<string>();
  const leaving = revisions.filter((revision) => !inUse.has(revision.name)).length;
  const used = { ofApp: leaving > 0 ? revisions.length : 0, ofProject };
  if (hasRevisionRoom(used, { perApp: revisionsMax, perProject: limit })) return undefined;
  return quotaExceeded({ kind: 'revision of app', name }, { key: 'revisions', limit, used: ofProject });
}

function quotaExceeded(
  { kind, name }: { readonly kind: string; readonly name: string },
  { key, limit, used }: { readonly key: QuotaKey; readonly limit: number; readonly used: number },
): Refusal {
  return new Refusal('quota_exceeded', { kind: wordsOf(kind), name, quota: quotaName(key), limit, used });
}
