/** How many instances the requests of a revision ask for, and what it is asked and has served. */
import type { RevisionMetrics, RevisionWorkload, StartTimes } from '@slipway/engine';
import type { SlotSample } from '../proxy/haproxy-output.ts';
import { createDemandHistory, type DemandHistory, type DemandWindows } from '../scaler/demand-history.ts';
import { instancesForDemand } from '../scaler/scale-input.ts';
import type { MeterParts } from './place-runs.ts';
import { RevisionLoad, type LoadView } from './revision-load.ts';
import type { RevisionVoice } from './revision-voice.ts';

export interface DemandParts extends Pick<MeterParts, 'app'> {
  readonly windows: DemandWindows;
  readonly voice: Pick<RevisionVoice, 'scaled'>;
  readonly onChange: () => void;
}

export class RevisionDemand {
  readonly #revision: RevisionWorkload;
  readonly #parts: DemandParts;
  readonly #load: RevisionLoad;
  #history: DemandHistory;
  #wants = 0;

  constructor(revision: RevisionWorkload, parts: DemandParts) {
    this.#revision = revision;
    this.#parts = parts;
    this.#load = new RevisionLoad(parts.app, revision.revisionName);
    this.#history = createDemandHistory(revision.scale, parts.windows);
  }

  get wants(): number {
    return this.#wants;
  }

  get isIdle(): boolean {
    return this.#history.isIdle();
  }

  /** Begins anew with what there is. */
  restart(instances: number): void {
    this.#wants = instances;
    this.#history = createDemandHistory(this.#revision.scale, this.#parts.windows, instances);
  }

  /** One more was found running. */
  adopt(): void {
    this.restart(this.#wants + 1);
  }

  giveUp(): void {
    this.#wants = 0;
  }

  /** At least one instance, and as many as the waiting requests need at once. */
  wake(waiting: number): void {
    if (this.#wants === 0) this.restart(0);
    this.#history.noteWaiting(waiting);
    this.#scaleTo(Math.max(this.#wants, 1, instancesForDemand(waiting, this.#revision.scale)));
  }

  /** One look of the scaler; `waiting` are requests that the activator holds. Only who serves scales. */
  tick(sample: SlotSample, look: { readonly waiting: number; readonly ready: number; readonly scales: boolean }): void {
    this.#load.note(sample, look.waiting);
    const wanted = this.#history.add(sample, look);
    if (look.scales) this.#scaleTo(wanted);
  }

  noteStart(start: StartTimes): void {
    this.#load.starts.note(start);
  }

  describe(view: Omit<LoadView, 'demand'>): RevisionMetrics {
    return this.#load.describe({ ...view, demand: this.#history.observe() });
  }

  #scaleTo(instances: number): void {
    const before = this.#wants;
    if (instances === before) return;
    this.#wants = instances;
    this.#parts.voice.scaled(before, instances);
    this.#parts.onChange();
  }
}
