/**
 * Watches one ready instance by its probes, for as long as it stays ready. A liveness probe that fails too often is its
 * end; a readiness probe takes it out of rotation and back.
 *
 * A readiness probe that only connects to the app's own port is asked at the start alone: HAProxy notices a port that
 * refuses with the next request, and an idle instance is not woken every few seconds to say that it listens.
 */
import type { ProbeWorkload, RevisionWorkload } from '@slipway/engine';
import { InstanceFault } from './instance-fault.ts';
import type { Place } from './place.ts';
import { watchProbe } from './probe.ts';

export interface HealthHooks {
  readonly isClosed: () => boolean;
  readonly onDead: (fault: InstanceFault) => void;
  /** Takes it out of rotation, or back into it. */
  readonly onReadiness: (isReady: boolean) => Promise<void>;
}

type HealthProbes = Pick<RevisionWorkload, 'liveness' | 'protocol' | 'readiness'>;

/** Returns when the instance is not to be watched any more. */
export async function watchHealth(place: Place, probes: HealthProbes, hooks: HealthHooks): Promise<void> {
  // One that became ready anew in between is watched anew.
  const { instance, readyAtMs } = place;
  const isWatched = () => place.phase === 'ready' && place.readyAtMs === readyAtMs && !hooks.isClosed();
  if (!instance) return;
  const { liveness, protocol, readiness } = probes;
  const target = { ...instance, protocol };
  await Promise.all([
    liveness && watchLiveness(),
    isWatchedForReadiness(readiness) && watchProbe(target, readiness, { isWatched, onTurn: hooks.onReadiness }),
  ]);

  async function watchLiveness(): Promise<void> {
    if (!liveness) return;
    const onTurn = async () => {
      hooks.onDead(new InstanceFault('exited', `its liveness probe failed ${liveness.failureThreshold} times`));
    };
    await watchProbe(target, liveness, { isWatched, onTurn });
  }
}

export function isWatchedForReadiness({ port, type }: ProbeWorkload): boolean {
  return type === 'http' || port !== 0;
}
