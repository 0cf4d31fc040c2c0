/** Takes outliers among the instances of one revision out of rotation, and back. What they still do they finish. */
import type { EngineEvent, OutlierWorkload } from '@slipway/engine';
import type { RevisionRunner } from '../app/revision-runner.ts';
import type { HostLog } from '../host-log.ts';
import type { SlotSample } from '../proxy/haproxy-output.ts';
import { decideOutliers, type OutlierMemory } from './decide-outliers.ts';

export interface OutlierWatchParts {
  readonly emit: (event: Omit<EngineEvent, 'appName' | 'at' | 'projectId'>) => void;
  readonly log: HostLog;
}

export class OutlierWatch {
  readonly #parts: OutlierWatchParts;
  #memory: OutlierMemory = new Map();

  constructor(parts: OutlierWatchParts) {
    this.#parts = parts;
  }

  /** Without settings nobody is out. */
  look(runner: RevisionRunner, sample: SlotSample, settings: OutlierWorkload | undefined): void {
    if (!settings) {
      const out = [...this.#memory].filter(([, { outUntilMs }]) => outUntilMs !== undefined);
      this.#memory = new Map();
      for (const [name] of out) this.#readmit(runner, name);
      return;
    }
    const ready = runner.places.list('ready').filter(({ isResting, isRouted }) => isRouted && !isResting);
    const counts = sample.servers
      .filter(({ server }) => ready.some(({ name }) => name === server))
      .map(({ inFlight, requestsTotal, server, serverErrorsTotal }) => {
        return { name: server, answers: requestsTotal - inFlight, errors: serverErrorsTotal };
      });
    const { eject, memory, readmit } = decideOutliers({ settings, memory: this.#memory, counts, nowMs: Date.now() });
    this.#memory = memory;
    for (const name of readmit) this.#readmit(runner, name);
    for (const name of eject) {
      this.#warn(
        runner,
        name,
        `gets no requests for ${settings.ejectionMs / 1000} s: it answered with too many errors`,
      );
      this.#do(runner.slot.rest(name), name);
    }
  }

  #readmit(runner: RevisionRunner, name: string): void {
    const place = runner.places.get(name);
    if (place?.phase !== 'ready' || place.isResting) return;
    this.#warn(runner, name, 'gets requests again');
    this.#do(runner.slot.undrain(name), name);
  }

  #warn({ revision: { revisionName } }: RevisionRunner, instanceName: string, what: string): void {
    const message = `Instance "${instanceName}" ${what}`;
    this.#parts.emit({ revisionName, instanceName, severity: 'warning', reason: 'Outlier', message });
  }

  #do(step: Promise<void>, instance: string): void {
    step.catch((error: unknown) => this.#parts.log.error('HAProxy keeps an outlier as it is', { instance, error }));
  }
}
