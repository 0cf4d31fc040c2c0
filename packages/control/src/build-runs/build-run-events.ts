/** The events of one build run, stored in the order in which they happen. An event that cannot be stored stops no build. */
import type { BuildStep } from '@slipway/engine';
import type { ControlContext } from '../control-context.ts';
import { recordBuildRunEvent, type EventContent } from '../events/record-event.ts';
import type { BuildRunRecord, BuildRunSpec, BuildRunStatus } from './build-run-record.ts';

type EventParts = Pick<ControlContext, 'clock' | 'log' | 'randomText' | 'store'>;

export class BuildRunEvents {
  readonly #parts: EventParts;
  readonly #run: BuildRunRecord;
  #last: Promise<void> = Promise.resolve();
  #hasBegun = false;

  constructor(parts: EventParts, run: BuildRunRecord) {
    this.#parts = parts;
    this.#run = run;
  }

  noteStep(step: BuildStep): void {
    if (!this.#hasBegun) this.#say({ severity: 'normal', reason: 'Started', message: 'The build has begun' });
    this.#hasBegun = true;
    if (step.state !== 'running') this.#say(stepEvent(step));
  }

  noteEnd(status: BuildRunStatus): void {
    this.#say(endEvent(this.#run.spec, status));
  }

  /** Resolves when everything is stored. Never rejects. */
  settled(): Promise<void> {
    return this.#last;
  }

  #say(content: EventContent): void {
    const { projectId, name } = this.#run;
    this.#last = this.#last
      .then(() => recordBuildRunEvent(this.#parts, { projectId, name }, content))
      .catch((error: unknown) => this.#parts.log.error('Cannot store an event', { buildRun: name, error }));
  }
}

export function stepEvent({ name, state, durationMs, detail }: BuildStep): EventContent {
  const took = durationMs === undefined ? '' : ` after ${(durationMs / 1000).toFixed(1)} s`;
  const said = detail === undefined || detail === '' ? '' : `: ${detail}`;
  if (state === 'failed') return { severity: 'warning', reason: 'StepFailed', message: `Step "${name}" failed${took}` };
  return { severity: 'normal', reason: 'StepSucceeded', message: `Step "${name}" is done${took}${said}` };
}

export function endEvent({ outputImage }: Pick<BuildRunSpec, 'outputImage'>, status: BuildRunStatus): EventContent {
  if (status.state === 'succeeded') {
    return { severity: 'normal', reason: 'Succeeded', message: `The image is at ${outputImage}` };
  }
  const message = status.message ?? `The build failed: ${status.reason.replaceAll('_', ' ')}`;
  return { severity: 'warning', reason: 'Failed', message };
}
