/** The instances of one revision: those there are, the last ones that were, and the meter's runs of both. */
import type { InstanceObservation, RevisionWorkload } from '@slipway/engine';
import type { InstanceFault } from './instance-fault.ts';
import { createPlace, type Place, type PlacePhase, type PlaceStart } from './place.ts';
import { PlaceRuns, type MeterParts } from './place-runs.ts';
import { observeGone, observePlace } from './revision-status.ts';

const GONE_KEPT_MAX = 20;

export class PlaceRoster {
  readonly #revisionName: string;
  readonly #runs: PlaceRuns;
  readonly #places = new Map<string, Place>();
  readonly #gone: InstanceObservation[] = [];

  constructor(parts: MeterParts, revision: RevisionWorkload) {
    this.#revisionName = revision.revisionName;
    this.#runs = new PlaceRuns(parts, revision);
  }

  get size(): number {
    return this.#places.size;
  }

  get all(): readonly Place[] {
    return [...this.#places.values()];
  }

  get(name: string): Place | undefined {
    return this.#places.get(name);
  }

  list(phase: PlacePhase): Place[] {
    return this.all.filter((place) => place.phase === phase);
  }

  add(start: PlaceStart): Place {
    const place = createPlace(start);
    this.#places.set(place.name, place);
    this.#runs.begin(place);
    return place;
  }

  /** It is gone; without a fault it was asked to go. */
  remove(place: Place, fault: InstanceFault | undefined): void {
    this.#places.delete(place.name);
    this.#runs.end(place);
    this.#gone.unshift(observeGone(this.#revisionName, place, fault));
    this.#gone.splice(GONE_KEPT_MAX);
  }

  observe(): readonly InstanceObservation[] {
    return [...this.all.map((place) => observePlace(this.#revisionName, place)), ...this.#gone];
  }
}
