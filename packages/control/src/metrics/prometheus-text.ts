/**
 * The text format of Prometheus, version 0.0.4. Written here because all that is left to do beside the numbers is to
 * escape three characters, and the library for it keeps a registry and timers of its own in memory. Pure.
 */

export type MetricLabels = Readonly<Record<string, string>>;

export interface MetricSample {
  readonly labels: MetricLabels;
  readonly value: number;
  /** Of histograms and summaries: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string;
}

export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter' | 'histogram' | 'summary';
  readonly samples: readonly MetricSample[];
}

/** A family without samples is left out. */
export function renderPrometheus(families: readonly MetricFamily[]): string {
  return families
    .filter((family) => family.samples.length > 0)
    .map(({ name, help, type, samples }) => {
      const lines = samples.map(
        ({ labels, value, suffix = '' }) => `${name}${suffix}${renderLabels(labels)} ${renderValue(value)}\n`,
      );
      return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function renderLabels(labels: MetricLabels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeHelp(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** In a help text quotes stay as they are. */
function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function renderValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
