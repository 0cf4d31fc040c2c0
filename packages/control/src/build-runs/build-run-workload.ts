/** What the builder is asked to do, and what its answer means. Pure. */
import type { BuildOutcome, BuildWorkload } from '@slipway/engine';
import { BUILD_SIZES } from '@slipway/spec';
import type { StoredSource } from '../source-store.ts';
import type { BuildRunReason, BuildRunRecord, BuildRunStatus } from './build-run-record.ts';

export function buildWorkloadFor(run: BuildRunRecord, source: StoredSource): BuildWorkload {
  const { recipe, outputImage } = run.spec;
  const parameters = recipe.run_build_params.map(({ name = '', value = '' }) => [name, value] as const);
  const size = BUILD_SIZES[recipe.strategy_size];
  return {
    projectId: run.projectId,
    buildRunName: run.name,
    source: { archivePath: source.archivePath, sha256: source.sha256 },
    contextDir: recipe.source_context_dir ?? '',
    strategy: recipe.strategy_type,
    specFile: recipe.strategy_spec_file,
    buildArguments: Object.fromEntries(parameters),
    outputImage,
    cpuMillis: size.cpuMillis,
    memoryBytes: size.memoryBytes,
    diskBytes: size.diskBytes,
    timeoutMs: recipe.timeout * 1000,
  };
}

/** The faults of a builder are words of the API already. */
export function endedStatus(before: BuildRunStatus, outcome: BuildOutcome, completedAt: string): BuildRunStatus {
  if (outcome.ok) {
    return { ...before, state: 'succeeded', reason: 'succeeded', completedAt, outputDigest: outcome.digest };
  }
  return failedStatus(before, { reason: outcome.fault, message: outcome.message, completedAt });
}

export function failedStatus(
  before: BuildRunStatus,
  failure: { readonly reason: BuildRunReason; readonly message: string; readonly completedAt: string },
): BuildRunStatus {
  return { ...before, state: 'failed', ...failure };
}
