/** Watches one ready instance by its liveness probe, for as long as it stays ready. */
import type { RevisionWorkload } from '@slipway/engine';
import { InstanceFault } from './instance-fault.ts';
import type { Place } from './place.ts';
import { waitUntilUnhealthy } from './probe.ts';

/** Resolves with the fault when the probe failed too often; with nothing when the instance is not to be watched any more. */
export async function watchLiveness(
  place: Place,
  { liveness, protocol }: Pick<RevisionWorkload, 'liveness' | 'protocol'>,
  isClosed: () => boolean,
): Promise<InstanceFault | undefined> {
  // One that became ready anew in between is watched anew.
  const { instance, readyAtMs } = place;
  const isWatched = () => place.phase === 'ready' && place.readyAtMs === readyAtMs && !isClosed();
  if (!liveness || !instance) return undefined;
  await waitUntilUnhealthy({ ...instance, protocol }, liveness, isWatched);
  if (!isWatched()) return undefined;
  return new InstanceFault('exited', `its liveness probe failed ${liveness.failureThreshold} times`);
}
