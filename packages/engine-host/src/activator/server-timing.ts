/** Where the time of a request that woke its app went, as browsers show it (W3C Server Timing). Pure. */
import { START_PHASES, type StartTimes } from '@slipway/engine';

/** `wake` is all of the waiting, its description what the instance came from; the phases of the start follow. */
export function renderServerTiming(wakeMs: number, start: StartTimes | undefined): string {
  if (!start) return `wake;dur=${wakeMs.toFixed(1)}`;
  const phases = START_PHASES.map((phase) => `${phase};dur=${start.phasesMs[phase].toFixed(1)}`);
  return [`wake;dur=${wakeMs.toFixed(1)};desc="${start.tier}"`, ...phases].join(', ');
}
