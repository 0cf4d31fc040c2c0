/**
 * What a build takes of its platform: its configured size, but never more than the whole, so that a build of an ordinary
 * size runs on a small machine too, alone. Pure.
 */
import type { BuildWorkload, Capacity } from '@slipway/engine';
import type { Claim } from '@slipway/engine-host';

export function buildClaim(build: BuildWorkload, capacity: Capacity): Claim {
  const { buildRunName, projectId } = build;
  return {
    id: `build/${projectId}/${buildRunName}`,
    projectId,
    size: {
      instances: 1,
      cpuMillis: Math.min(build.cpuMillis, capacity.cpuMillis),
      memoryBytes: Math.min(build.memoryBytes, capacity.memoryBytes),
      ephemeralStorageBytes: build.diskBytes,
    },
  };
}
