/** Begins starts: each with a place of its own, from what stands by if anything does, and with a clock. */
import type { AppKey, RevisionWorkload } from '@slipway/engine';
import type { Instance } from '../instance/instance-runtime.ts';
import type { TakenStandby } from '../standby/revision-standby.ts';
import { createPlace, randomInstanceName, type Place } from './place.ts';
import { StartClock } from './start-clock.ts';
import { startInstance, thawInstance, type StartOrder, type StartParts } from './start-instance.ts';

export interface PlaceStart {
  readonly place: Place;
  /** Undefined for an instance that ran already: nobody waited for it. */
  readonly clock: StartClock | undefined;
  /** When this fails, it is no failure of the app: the next start begins with less. */
  readonly isResumption: boolean;
  readonly bringUp: () => Promise<Instance>;
}

export interface PlaceStarterParts extends StartParts {
  readonly app: AppKey;
  readonly revision: RevisionWorkload;
  /** Resolves when HAProxy leads requests to it. */
  readonly lead: (place: Place) => Promise<void>;
  readonly onStarted: (place: Place) => void;
}

export class PlaceStarter {
  readonly #parts: PlaceStarterParts;

  constructor(parts: PlaceStarterParts) {
    this.#parts = parts;
  }

  /** `restarts`: failures before it. */
  begin(waiting: TakenStandby | undefined, restarts: number): PlaceStart {
    const clock = new StartClock();
    const createdAt = new Date().toISOString();
    if (waiting?.tier === 'frozen') {
      const { place } = waiting;
      Object.assign(place, { phase: 'starting', isRouted: false, runsSince: createdAt, abort: new AbortController() });
      const lead = () => this.#parts.lead(place);
      const bringUp = () => thawInstance(this.#parts, { ...this.#orderFor(place), clock, lead });
      return { place, clock, isResumption: true, bringUp };
    }
    const name = waiting?.name ?? randomInstanceName(this.#parts.revision.revisionName);
    const place = createPlace({ name, createdAt, restarts });
    const hasSandbox = waiting !== undefined;
    const bringUp = () => startInstance(this.#parts, { ...this.#orderFor(place), clock, hasSandbox });
    return { place, clock, isResumption: false, bringUp };
  }

  /** An adopted instance only has to show that it listens. */
  watch(place: Place, running: Instance): PlaceStart {
    const bringUp = () => startInstance(this.#parts, { ...this.#orderFor(place), clock: new StartClock(), running });
    return { place, clock: undefined, isResumption: false, bringUp };
  }

  #orderFor(place: Place): Omit<StartOrder, 'clock'> {
    const { app, onStarted, revision } = this.#parts;
    return {
      ...app,
      instanceName: place.name,
      revision,
      signal: place.abort.signal,
      end: () => place.end,
      onStarted: () => {
        place.hasProcess = true;
        onStarted(place);
      },
    };
  }
}
