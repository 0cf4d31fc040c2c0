/** Where the time of one start went: from the decision to have an instance until it takes requests. */

/** What the instance came from: nothing, a sandbox that waited created, or an instance that stood frozen. */
export const START_TIERS = ['nothing', 'created', 'frozen'] as const;
export type StartTier = (typeof START_TIERS)[number];

/**
 * `queue`: waited for room and its turn. `image`: looked up, or pulled. `sandbox`: container made. `process`: the user's
 * process begun, or let go on. `ready`: until it listened. `route`: until HAProxy led requests to it.
 */
export const START_PHASES = ['queue', 'image', 'sandbox', 'process', 'ready', 'route'] as const;
export type StartPhase = (typeof START_PHASES)[number];

export interface StartTimes {
  readonly tier: StartTier;
  readonly phasesMs: Readonly<Record<StartPhase, number>>;
}

/** All starts of a revision from one tier since the engine started. */
export interface StartStatistics {
  readonly tier: StartTier;
  readonly count: number;
  readonly phasesMs: Readonly<Record<StartPhase, number>>;
  /** Starts that took at most so long, the shortest bound first; each holds those of the bounds below it. */
  readonly buckets: readonly { readonly atMostMs: number; readonly count: number }[];
}

export function totalMs({ phasesMs }: Pick<StartTimes, 'phasesMs'>): number {
  return START_PHASES.reduce((sum, phase) => sum + phasesMs[phase], 0);
}
