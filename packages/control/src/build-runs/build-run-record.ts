/** A build run as it is stored. The spec is complete: it holds a copy of the build's recipe. */
import type { BuildStep } from '@slipway/engine';
import type { BuildRun } from '@slipway/spec';
import type { BuildRecipe } from '../builds/build-recipe.ts';
import { notFound } from '../refuse.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';

export type BuildRunState = NonNullable<BuildRun['status']>;
export type BuildRunReason = NonNullable<NonNullable<BuildRun['status_details']>['reason']>;

export interface BuildRunSpec {
  /** '' for a stand-alone run. */
  readonly buildName: string;
  readonly recipe: BuildRecipe;
  readonly outputImage: string;
  readonly outputSecret: string;
  readonly serviceAccount: BuildRun['service_account'];
  readonly deletedAt?: string;
}

export interface TimedStep extends BuildStep {
  readonly at: string;
}

export interface BuildRunStatus {
  readonly state: BuildRunState;
  readonly reason: BuildRunReason;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly outputDigest?: string;
  /** What went wrong, for the owner. */
  readonly message?: string;
  /** Kept when the run has ended; before that they are in memory. */
  readonly steps?: readonly TimedStep[];
}

export interface BuildRunRecord extends StoredResource {
  readonly spec: BuildRunSpec;
  readonly status: BuildRunStatus;
}

export function buildRunKey(projectId: string, name: string): ResourceKey {
  return { kind: 'build_run', projectId, name };
}

/** Names the run in memory: projects may have runs of the same name. */
export function buildRunId(run: { readonly projectId: string; readonly name: string }): string {
  return `${run.projectId}/${run.name}`;
}

export function buildRunFrom(stored: StoredResource): BuildRunRecord {
  return { ...stored, spec: stored.spec as BuildRunSpec, status: stored.status as BuildRunStatus };
}

export function isEnded(run: BuildRunRecord): boolean {
  return run.status.state === 'succeeded' || run.status.state === 'failed';
}

export async function findBuildRun(store: Store, projectId: string, name: string): Promise<BuildRunRecord | undefined> {
  const stored = await store.get(buildRunKey(projectId, name));
  return stored && buildRunFrom(stored);
}

export async function requireBuildRun(store: Store, projectId: string, name: string): Promise<BuildRunRecord> {
  const run = await findBuildRun(store, projectId, name);
  if (!run) throw notFound('build run', name);
  return run;
}
