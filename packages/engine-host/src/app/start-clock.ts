/** Measures the phases of one start, each from the end of the one before it. */
import { START_PHASES, totalMs, type StartPhase, type StartTier, type StartTimes } from '@slipway/engine';

export class StartClock {
  tier: StartTier = 'nothing';
  readonly #phasesMs = { queue: 0, image: 0, sandbox: 0, process: 0, ready: 0, route: 0 } satisfies Record<
    StartPhase,
    number
  >;
  #markedAtMs = performance.now();

  /** The phase ends now. */
  mark(phase: StartPhase): void {
    const nowMs = performance.now();
    this.#phasesMs[phase] += nowMs - this.#markedAtMs;
    this.#markedAtMs = nowMs;
  }

  /** It takes requests. */
  finish(): StartTimes {
    this.mark('route');
    return { tier: this.tier, phasesMs: { ...this.#phasesMs } };
  }
}

/** `in 18.2 ms from nothing (queue 0.1, image 0.2, sandbox 12.4, process 0.3, ready 4.8, route 0.4)`. Pure. */
export function describeStart(times: StartTimes): string {
  const phases = START_PHASES.map((phase) => `${phase} ${times.phasesMs[phase].toFixed(1)}`).join(', ');
  return `in ${totalMs(times).toFixed(1)} ms from ${TIER_WORDS[times.tier]} (${phases})`;
}

const TIER_WORDS = {
  nothing: 'nothing',
  created: 'a created sandbox',
  frozen: 'a frozen instance',
} as const satisfies Record<StartTier, string>;
