/** Why something waits for room, in the owner's words. Of the platform only the name of the resource is told. Pure. */
import type { AdmissionBound, ResourceName } from '@slipway/engine';

const WORDS = {
  instances: 'instances',
  cpuMillis: 'vCPU',
  memoryBytes: 'memory',
  ephemeralStorageBytes: 'ephemeral storage',
} as const satisfies Record<ResourceName, string>;

/** `undefined`: there is room, and others come first. */
export function describeBound(bound: AdmissionBound | undefined): string {
  if (!bound) return 'no capacity: the room that is left is kept for others that come first';
  const { isHopeless, limit, needed, resource, scope } = bound;
  const word = WORDS[resource];
  const whose = scope === 'project' ? "the project's quota is" : 'the platform has';
  if (isHopeless) {
    return `no capacity: it needs ${amount(resource, needed)} ${word}, ${whose} ${amount(resource, limit)}`;
  }
  if (scope === 'project') return `no capacity: the project's quota of ${amount(resource, limit)} ${word} is used up`;
  return `no capacity: all ${word} of the platform is in use`;
}

/** `0.25`, `4G`, `17`. */
function amount(resource: ResourceName, value: number): string {
  if (resource === 'instances') return String(value);
  return resource === 'cpuMillis' ? String(value / 1000) : `${Number((value / 1e9).toFixed(2))}G`;
}
