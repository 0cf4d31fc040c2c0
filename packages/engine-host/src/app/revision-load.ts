/** What a revision is asked and has served, from the looks that the scaler takes anyway. */
import type { AppKey, RevisionMetrics } from '@slipway/engine';
import type { ServerSample, SlotSample } from '../proxy/haproxy-output.ts';
import type { Demand } from '../scaler/demand-history.ts';
import type { StandbyCounts } from '../standby/revision-standby.ts';
import type { Place, PlacePhase } from './place.ts';
import { StartTotals } from './start-totals.ts';

export interface LoadView {
  readonly desired: number;
  readonly places: readonly Place[];
  readonly demand: Demand;
  readonly standby: StandbyCounts;
}

const LEAVING: readonly PlacePhase[] = ['draining', 'stopping'];

export class RevisionLoad {
  readonly #name: AppKey & { readonly revisionName: string };
  /** What each server had counted at the look before. */
  #seen = new Map<string, ServerSample>();
  #requestsTotal = 0;
  #serverErrorsTotal = 0;
  #inFlight = 0;
  #queued = 0;
  readonly starts = new StartTotals();

  constructor({ projectId, appName }: AppKey, revisionName: string) {
    this.#name = { projectId, appName, revisionName };
  }

  /** `waiting` are requests that the activator holds. */
  note(sample: SlotSample, waiting: number): void {
    this.#inFlight = sample.inFlight;
    this.#queued = sample.queued + waiting;
    const seen = new Map<string, ServerSample>();
    for (const server of sample.servers) {
      const before = this.#seen.get(server.server);
      this.#requestsTotal += grown(before?.requestsTotal, server.requestsTotal);
      this.#serverErrorsTotal += grown(before?.serverErrorsTotal, server.serverErrorsTotal);
      seen.set(server.server, server);
    }
    this.#seen = seen;
  }

  describe({ desired, places, demand, standby }: LoadView): RevisionMetrics {
    const count = (test: (place: Place) => boolean) => places.filter(test).length;
    const isAwake = places.length > 0;
    return {
      ...this.#name,
      instancesDesired: desired,
      instancesRequested: count(({ phase }) => phase === 'starting' || phase === 'ready'),
      instancesReady: count(({ phase }) => phase === 'ready'),
      instancesPending: count(({ phase, hasProcess }) => phase === 'starting' && !hasProcess),
      instancesNotReady: count(({ phase, hasProcess }) => phase === 'starting' && hasProcess),
      instancesTerminating: count(({ phase }) => LEAVING.includes(phase)),
      requestsTotal: this.#requestsTotal,
      serverErrorsTotal: this.#serverErrorsTotal,
      // Nobody looks while it sleeps, and then nothing is there to see.
      requestsInFlight: isAwake ? this.#inFlight : 0,
      requestsQueued: isAwake ? this.#queued : 0,
      concurrencyTarget: demand.target,
      concurrencyStable: isAwake ? demand.stable : 0,
      concurrencyPanic: isAwake ? demand.panic : 0,
      isPanicking: isAwake && demand.isPanicking,
      ...standby,
      starts: this.starts.read(),
    };
  }
}

/** A HAProxy that was replaced counts from zero. */
function grown(before = 0, now: number): number {
  return now >= before ? now - before : now;
}
