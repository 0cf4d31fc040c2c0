/** The events of a revision, in the words its owner reads. */
import type { AppKey, EngineEvent } from '@slipway/engine';
import { describeFault, type InstanceFault } from './instance-fault.ts';
import type { Place } from './place.ts';
import { describeStart } from './start-clock.ts';

export interface VoiceParts {
  readonly app: AppKey;
  readonly emit: (event: Omit<EngineEvent, keyof AppKey | 'at'>) => void;
}

export class RevisionVoice {
  readonly #parts: VoiceParts;
  readonly #revisionName: string;

  constructor(parts: VoiceParts, revisionName: string) {
    this.#parts = parts;
    this.#revisionName = revisionName;
  }

  scaled(before: number, after: number): void {
    this.#say(after > before ? 'ScaledUp' : 'ScaledDown', `Scaled from ${before} to ${after} instances`);
  }

  scheduled({ name }: Place): void {
    this.#say('Scheduled', `Starting instance "${name}"`, name);
  }

  started({ name }: Place): void {
    this.#say('Started', `Started instance "${name}"`, name);
  }

  ready({ name, start }: Place): void {
    this.#say('Ready', `Instance "${name}" takes requests${start ? ` ${describeStart(start)}` : ''}`, name);
  }

  frozen({ name }: Place): void {
    this.#say('Frozen', `Instance "${name}" stands by frozen`, name);
  }

  /** Its readiness probe fails; it goes on without requests. */
  unready({ name }: Place): void {
    this.#warn('Unready', `Instance "${name}" is not ready any more and gets no requests`, name);
  }

  killing({ name }: Place): void {
    this.#say('Killing', `Stopping instance "${name}"`, name);
  }

  unhealthy({ name }: Place, fault: InstanceFault): void {
    this.#warn('Unhealthy', describeFault(this.#parts.app.appName, fault), name);
  }

  /** `next`: what is done about it. */
  backOff({ name }: Place, fault: InstanceFault, next: string): void {
    this.#warn('BackOff', `${describeFault(this.#parts.app.appName, fault)} (${next})`, name);
  }

  #say(reason: string, message: string, instanceName?: string): void {
    const about = instanceName === undefined ? {} : { instanceName };
    this.#parts.emit({ revisionName: this.#revisionName, severity: 'normal', reason, message, ...about });
  }

  #warn(reason: string, message: string, instanceName: string): void {
    this.#parts.emit({ revisionName: this.#revisionName, severity: 'warning', reason, message, instanceName });
  }
}
