/**
 * What a benchmark is: named series measured round by round in rotating order, the first of them the baseline. A figure
 * is told as a ratio to its baseline of the same minutes; absolute numbers of a shared machine mean little.
 */
import { loadavg } from 'node:os';
import type { TestPlatform } from '../test/platform.ts';
import { quantile, rotate } from './statistics.ts';

export interface BenchContext {
  /** Scratch folder, removed at the end. */
  readonly folder: string;
  /** Instead of each figure's own number. */
  readonly rounds: number | undefined;
  /** Undefined when the platform's side was left out: baselines can be measured alone. */
  readonly platform: TestPlatform | undefined;
  /** Registered apps for the figures with many. */
  readonly appCount: number;
}

export interface Series {
  readonly name: string;
  /** One value per call. */
  readonly measure: () => Promise<number>;
  /** What the last value consists of. */
  readonly parts?: () => Readonly<Record<string, number>>;
}

/** What the platform's series should reach, as a ratio to a series: at most that when lower is better, else at least. */
export interface Target {
  readonly baseline: string;
  readonly ratio: number;
}

export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly targets: readonly Target[];
  readonly rounds: number;
  /** How it is measured, and what stands between us and the limit; for people. */
  readonly method: string;
  readonly limit: string;
  /** Prepares, and gives the series; the first is the baseline. What it starts is released by `stack`. */
  readonly prepare: (context: BenchContext, stack: AsyncDisposableStack) => Promise<readonly Series[]>;
}

export interface Measurement {
  readonly id: string;
  readonly baseline: string;
  readonly values: Readonly<Record<string, readonly number[]>>;
  /** Of the platform's last value. */
  readonly parts?: Readonly<Record<string, number>>;
  /** Of the last minute, at the first and after the last round: others may work on the machine. */
  readonly load: readonly [number, number];
}

/** One warm-up round that does not count, then the rounds over all series. */
export async function measureFigure(figure: Figure, context: BenchContext): Promise<Measurement> {
  await using stack = new AsyncDisposableStack();
  const series = await figure.prepare(context, stack);
  const values = new Map<string, number[]>(series.map(({ name }) => [name, []]));
  const loadBefore = minuteLoad();
  for (let round = -1; round < (context.rounds ?? figure.rounds); round++) {
    for (const { name, measure } of rotate(series, Math.max(round, 0))) {
      const value = await measure();
      if (round >= 0) values.get(name)?.push(value);
    }
  }
  const parts = series.at(-1)?.parts?.();
  return {
    id: figure.id,
    baseline: series[0]?.name ?? '',
    values: Object.fromEntries(values),
    load: [loadBefore, minuteLoad()],
    ...(parts && { parts }),
  };
}

/** Many measurements as one: the value below which so large a share of them lies. */
export function quantileOf(count: number, share: number, measure: Series['measure']): Series['measure'] {
  return async () => {
    const values: number[] = [];
    while (values.length < count) values.push(await measure());
    return quantile(values, share);
  };
}

function minuteLoad(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2));
}
