/**
 * The instances of a revision by name. What enters is metered from the decision to have it, with fetching its image and
 * starting it, and what leaves until its process ended.
 */
import type { AppKey, InstanceRun, RevisionWorkload, RunLedger } from '@slipway/engine';
import type { Place } from './place.ts';

export interface MeterParts {
  readonly app: AppKey;
  readonly runs: RunLedger<InstanceRun>;
}

export class MeteredPlaces extends Map<string, Place> {
  readonly #parts: MeterParts;
  readonly #revision: RevisionWorkload;

  constructor(parts: MeterParts, revision: RevisionWorkload) {
    super();
    this.#parts = parts;
    this.#revision = revision;
  }

  override set(name: string, place: Place): this {
    const { projectId, appName } = this.#parts.app;
    const { revisionName, cpuMillis, memoryBytes } = this.#revision;
    const run = { runId: this.#runIdOf(name), revisionName, cpuMillis, memoryBytes, startedAt: place.createdAt };
    this.#parts.runs.begin({ projectId, appName, ...run });
    return super.set(name, place);
  }

  override delete(name: string): boolean {
    const endedAt = this.get(name)?.end?.completedAt ?? new Date().toISOString();
    this.#parts.runs.end(this.#runIdOf(name), endedAt);
    return super.delete(name);
  }

  #runIdOf(name: string): string {
    return `${this.#parts.app.projectId}/${name}`;
  }
}
