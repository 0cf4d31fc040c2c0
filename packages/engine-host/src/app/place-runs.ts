/**
 * The runs of a revision's instances, for the meter: from the decision to have an instance, with fetching its image and
 * starting it, until its process ended. Both may be said again without effect.
 */
import type { AppKey, InstanceRun, RevisionWorkload, RunLedger } from '@slipway/engine';
import type { Place } from './place.ts';

export interface MeterParts {
  readonly app: AppKey;
  readonly runs: RunLedger<InstanceRun>;
}

export class PlaceRuns {
  readonly #parts: MeterParts;
  readonly #revision: RevisionWorkload;

  constructor(parts: MeterParts, revision: RevisionWorkload) {
    this.#parts = parts;
    this.#revision = revision;
  }

  begin(place: Place): void {
    const { projectId, appName } = this.#parts.app;
    const { revisionName, cpuMillis, memoryBytes } = this.#revision;
    const run = { runId: this.#runIdOf(place), revisionName, cpuMillis, memoryBytes, startedAt: place.runsSince };
    this.#parts.runs.begin({ projectId, appName, ...run });
  }

  end(place: Place): void {
    this.#parts.runs.end(this.#runIdOf(place), place.end?.completedAt ?? new Date().toISOString());
  }

  #runIdOf(place: Place): string {
    return `${this.#parts.app.projectId}/${place.name}`;
  }
}
