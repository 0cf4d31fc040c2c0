/** What is told to the owner of a revision, in events. */
import { describeFault, describeNextTry, type InstanceFault } from './instance-fault.ts';
import type { RunnerParts } from './runner-parts.ts';

export class RevisionEvents {
  readonly #parts: Pick<RunnerParts, 'app' | 'emit'>;
  readonly #revisionName: string;

  constructor(parts: Pick<RunnerParts, 'app' | 'emit'>, revisionName: string) {
    this.#parts = parts;
    this.#revisionName = revisionName;
  }

  scaled(before: number, instances: number): void {
    const reason = instances > before ? 'ScaledUp' : 'ScaledDown';
    this.#emit('normal', { reason, message: `Scaled from ${before} to ${instances} instances` });
  }

  scheduled(instanceName: string): void {
    this.#emit('normal', { reason: 'Scheduled', message: `Starting instance "${instanceName}"`, instanceName });
  }

  started(instanceName: string): void {
    this.#emit('normal', { reason: 'Started', message: `Started instance "${instanceName}"`, instanceName });
  }

  ready(instanceName: string): void {
    this.#emit('normal', { reason: 'Ready', message: `Instance "${instanceName}" takes requests`, instanceName });
  }

  /** Its readiness probe fails; it goes on without requests. */
  unready(instanceName: string): void {
    const message = `Instance "${instanceName}" is not ready any more and gets no requests`;
    this.#emit('warning', { reason: 'Unready', message, instanceName });
  }

  killing(instanceName: string): void {
    this.#emit('normal', { reason: 'Killing', message: `Stopping instance "${instanceName}"`, instanceName });
  }

  unhealthy(instanceName: string, fault: InstanceFault): void {
    const message = describeFault(this.#parts.app.appName, fault);
    this.#emit('warning', { reason: 'Unhealthy', message, instanceName });
  }

  /** `waitMs` until the next try; undefined when there is none. */
  backOff(instanceName: string, fault: InstanceFault, waitMs: number | undefined): void {
    const message = describeNextTry(this.#parts.app.appName, fault, waitMs);
    this.#emit('warning', { reason: 'BackOff', message, instanceName });
  }

  #emit(severity: 'normal' | 'warning', event: { reason: string; message: string; instanceName?: string }): void {
    this.#parts.emit({ revisionName: this.#revisionName, severity, ...event });
  }
}
