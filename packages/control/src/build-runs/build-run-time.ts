/** When a build run built, for the meter. One that waits for its turn does not build yet. */
import type { BuildWorkload, RunTime } from '@slipway/engine';

export interface BuildRunTime extends RunTime {
  readonly projectId: string;
  readonly buildRunName: string;
}

/** A build that a restart begins anew is another run. */
export function buildRunTimeFor(runId: string, workload: BuildWorkload, startedAt: string): BuildRunTime {
  const { projectId, buildRunName, cpuMillis, memoryBytes } = workload;
  return { runId: `${runId}/${startedAt}`, projectId, buildRunName, cpuMillis, memoryBytes, startedAt };
}
