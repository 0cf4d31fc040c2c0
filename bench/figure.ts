/**
 * What a benchmark is: named series measured round by round in rotating order, one of them the baseline. A figure is
 * told as a ratio to its baseline of the same minutes; absolute numbers of a shared machine mean little.
 */
import type { TestPlatform } from '../test/platform.ts';
import { rotate } from './statistics.ts';

export interface BenchContext {
  /** Scratch folder, removed at the end. */
  readonly folder: string;
  readonly rounds: number;
  /** Undefined when the platform's side was left out: baselines can be measured alone. */
  readonly platform: TestPlatform | undefined;
  /** Registered apps for the figures with many. */
  readonly appCount: number;
}

export interface Series {
  readonly name: string;
  /** One value per call. */
  readonly measure: () => Promise<number>;
}

export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** Prepares, and gives the series; the first is the baseline. What it starts is released by `stack`. */
  readonly prepare: (context: BenchContext, stack: AsyncDisposableStack) => Promise<readonly Series[]>;
}

export interface Measurement {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly better: Figure['better'];
  readonly baseline: string;
  readonly values: Readonly<Record<string, readonly number[]>>;
}

/** One warm-up round that does not count, then `rounds` rounds over all series. */
export async function measureFigure(figure: Figure, context: BenchContext): Promise<Measurement> {
  await using stack = new AsyncDisposableStack();
  const series = await figure.prepare(context, stack);
  const values = new Map<string, number[]>(series.map(({ name }) => [name, []]));
  for (let round = -1; round < context.rounds; round++) {
    for (const { name, measure } of rotate(series, Math.max(round, 0))) {
      const value = await measure();
      if (round >= 0) values.get(name)?.push(value);
    }
  }
  const { id, title, unit, better } = figure;
  return { id, title, unit, better, baseline: series[0]?.name ?? '', values: Object.fromEntries(values) };
}
