/**
 * Takes outliers among the instances of one revision out of rotation, and back. What they still do they finish. One that
 * was not ready meanwhile and is again is back at once: its probe, too, says how it is.
 */
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
      const out = [...this.#memory.keys()].filter((name) => runner.slot.isEjected(name));
      this.#memory = new Map();
      for (const name of out) this.#readmit(runner, name);
      return;
    }
    const ready = runner.places.list('ready').filter(({ isResting, isRouted }) => isRouted && !isResting);
    const counts = sample.servers
      .filter(({ server }) => ready.some(({ name }) => name === server))
      .map(({ inFlight, requestsTotal, server, serverErrorsTotal }) => {
        const isOut = runner.slot.isEjected(server);
        return { name: server, answers: requestsTotal - inFlight, errors: serverErrorsTotal, isOut };
      });
    const { eject, memory, readmit } = decideOutliers({ settings, memory: this.#memory, counts, nowMs: Date.now() });
    this.#memory = memory;
    for (const name of readmit) this.#readmit(runner, name);
    const span = `${settings.ejectionMs / 1000} s`;
    for (const name of eject) {
      const said = `gets no requests for ${span}: it answered with too many errors`;
      void this.#carryOut(runner, { name, step: runner.slot.eject(name), said });
    }
  }

  #readmit(runner: RevisionRunner, name: string): void {
    const place = runner.places.get(name);
    if (place?.phase !== 'ready' || place.isResting) return;
    void this.#carryOut(runner, { name, step: runner.slot.undrain(name), said: 'gets requests again' });
  }

  /** Said when it is so. */
  async #carryOut({ revision: { revisionName } }: RevisionRunner, { name, said, step }: Turn): Promise<void> {
    try {
      await step;
      const message = `Instance "${name}" ${said}`;
      this.#parts.emit({ revisionName, instanceName: name, severity: 'warning', reason: 'Outlier', message });
    } catch (error) {
      this.#parts.log.error('HAProxy keeps an outlier as it is', { instance: name, error });
    }
  }
}

interface Turn {
  readonly name: string;
  readonly step: Promise<void>;
  readonly said: string;
}
