/** Random numbers that are the same for the same seed, for tests with long traces. Mulberry32. */
export interface RandomNumbers {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number below the limit. */
  below(limit: number): number;
  oneOf<T>(values: readonly T[]): T;
  /** Arrivals of a Poisson process with this mean. */
  poisson(mean: number): number;
}

export function randomNumbers(seed: number): RandomNumbers {
  let state = Math.trunc(seed);

  function next(): number {
    state = Math.trunc(state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  function below(limit: number): number {
    return Math.floor(next() * limit);
  }

  return {
    next,
    below,
    oneOf(values) {
      const value = values[below(values.length)];
      if (value === undefined) throw new RangeError('Cannot choose from nothing');
      return value;
    },
    poisson(mean) {
      const floor = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > floor; product *= next()) count += 1;
      return count;
    },
  };
}
