/** The arithmetic of the benchmarks: medians and quartiles, never a mean, and ratios round by round. Pure. */

export interface Summary {
  readonly median: number;
  /** First and third quartile: how far rounds lie apart. */
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
}

/** The value below which `share` (0..1) of the values lie, between neighbours in proportion. Empty: NaN. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

export function summarize(values: readonly number[]): Summary {
  return {
    median: quantile(values, 0.5),
    low: quantile(values, 0.25),
    high: quantile(values, 0.75),
    rounds: values.length,
  };
}

/**
 * How much of the baseline's figure a series has, e.g. 1.5 for half as much again. Rounds are compared in pairs, because
 * what slows the machine for a moment slows both of a pair; the median of the pairs is told.
 */
export function ratio(values: readonly number[], baseline: readonly number[]): Summary {
  const pairs = values.slice(0, baseline.length).map((value, index) => value / (baseline[index] ?? Number.NaN));
  return summarize(pairs);
}

/** Order of the series in one round: rotated, so that no series always comes first. */
export function rotate<Item>(items: readonly Item[], round: number): readonly Item[] {
  const start = items.length === 0 ? 0 : round % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
