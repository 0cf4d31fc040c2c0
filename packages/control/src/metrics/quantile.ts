/** A quantile out of a histogram, by a straight line inside the bucket that holds it, as Prometheus estimates it. Pure. */
export interface Histogram {
  readonly requestsTotal: number;
  readonly buckets: readonly { readonly atMostMs: number; readonly count: number }[];
}

/**
 * 100 requests, 40 of them within 10 ms and 90 within 20: the median is 10 + 10 · (50 − 40) / (90 − 40) = 12 ms. What is
 * slower than the last step is told as that step.
 */
export function quantileMs({ buckets, requestsTotal }: Histogram, quantile: number): number {
  const rank = quantile * requestsTotal;
  let [belowMs, below] = [0, 0];
  for (const { atMostMs, count } of buckets) {
    if (count >= rank && count > below) return belowMs + ((atMostMs - belowMs) * (rank - below)) / (count - below);
    [belowMs, below] = [atMostMs, count];
  }
  return requestsTotal === 0 ? 0 : belowMs;
}
