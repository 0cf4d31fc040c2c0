/**
 * How long starts took: all of a start as a histogram, so that quantiles of several revisions can be computed, and its
 * phases as summaries, which give their means. Seconds, as Prometheus has it. Pure.
 */
import { START_PHASES, totalMs, type StartStatistics } from '@slipway/engine';
import type { MetricFamily, MetricLabels, MetricSample } from './prometheus-text.ts';

export interface StartRow {
  readonly labels: MetricLabels;
  readonly starts: readonly StartStatistics[];
}

const NAME = 'slipway_application_start_duration_seconds';

export function startFamilies(rows: readonly StartRow[]): readonly MetricFamily[] {
  const all = rows.flatMap(({ labels, starts }) =>
    starts.map((one) => ({ one, labels: { ...labels, tier: one.tier } })),
  );
  return [
    {
      name: NAME,
      help: 'From the decision to have an instance until it takes requests, by what it came from',
      type: 'histogram',
      samples: all.flatMap(({ labels, one }) => histogramOf(labels, one)),
    },
    {
      name: 'slipway_application_start_phase_duration_seconds',
      help: 'The phases of a start: queue, image, sandbox, process, ready, route',
      type: 'summary',
      samples: all.flatMap(({ labels, one }) =>
        START_PHASES.flatMap((phase) => totalsOf({ ...labels, phase }, one.phasesMs[phase], one.count)),
      ),
    },
  ];
}

function histogramOf(labels: MetricLabels, one: StartStatistics): readonly MetricSample[] {
  const steps = one.buckets.map(({ atMostMs, count }) => ({ le: String(atMostMs / 1000), count }));
  const buckets = [...steps, { le: '+Inf', count: one.count }];
  return [
    ...buckets.map(({ le, count }) => ({ suffix: '_bucket', labels: { ...labels, le }, value: count })),
    ...totalsOf(labels, totalMs(one), one.count),
  ];
}

function totalsOf(labels: MetricLabels, sumMs: number, count: number): readonly MetricSample[] {
  return [
    { suffix: '_sum', labels, value: sumMs / 1000 },
    { suffix: '_count', labels, value: count },
  ];
}
