/** The places of a revision, and those that are gone, for a while: what its owner sees and what is metered of them. */
import type { AppKey, InstanceObservation, RevisionWorkload, StartTimes } from '@slipway/engine';
import type { InstanceFault } from './instance-fault.ts';
import { PlaceRuns, type MeterParts } from './place-runs.ts';
import type { Place, PlacePhase } from './place.ts';
import { observeGone, observePlace } from './revision-status.ts';

const GONE_KEPT_MAX = 20;

export class PlaceSet {
  readonly #revisionName: AppKey['appName'];
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

  get(name: string): Place | undefined {
    return this.#places.get(name);
  }

  all(): Place[] {
    return [...this.#places.values()];
  }

  /** Some instance takes requests. */
  get hasRouted(): boolean {
    return this.list('ready').some((place) => place.isRouted && !place.isResting);
  }

  /** As soon as HAProxy is told of one; an instance is ready only when HAProxy has answered. */
  get hasServer(): boolean {
    return this.hasRouted || this.list('starting').some((place) => place.isRouted && !place.end);
  }

  /** The first to go. */
  get newest(): Place | undefined {
    return this.list('starting').at(-1) ?? this.list('ready').at(-1);
  }

  list(phase: PlacePhase): Place[] {
    return this.all().filter((place) => place.phase === phase);
  }

  /** The youngest start that came to take requests since then. */
  startSince(sinceMs: number): StartTimes | undefined {
    return this.list('ready').findLast(({ readyAtMs = 0 }) => readyAtMs >= sinceMs)?.start;
  }

  add(place: Place): void {
    this.#places.set(place.name, place);
    this.#runs.begin(place);
  }

  /** It stands by from now on: no instance for anybody, and not paid for. */
  setAside(place: Place): void {
    this.#places.delete(place.name);
    this.#runs.end(place);
  }

  forget(place: Place, fault: InstanceFault | undefined): void {
    this.setAside(place);
    this.#gone.unshift(observeGone(this.#revisionName, place, fault));
    this.#gone.splice(GONE_KEPT_MAX);
  }

  observe(): readonly InstanceObservation[] {
    return [...this.all().map((place) => observePlace(this.#revisionName, place)), ...this.#gone];
  }
}
