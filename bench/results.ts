/** Results on disk: one file per figure, one entry per run, the newest last; and the page made from them. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import { REPOSITORY_ROOT } from '../tools/repository.ts';
import type { Figure, Measurement, Target } from './figure.ts';
import { ratio, summarize } from './statistics.ts';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
}

export interface Run extends Measurement {
  readonly at: string;
  readonly commit: string;
  readonly machine: Machine;
}

/** The series that is ours; the others are baselines. */
export const PLATFORM_SERIES = 'slipway';

export const RESULTS_FOLDER = join(REPOSITORY_ROOT, 'bench/results');
const RUNS_KEPT_MAX = 20;

export async function describeRun(measurement: Measurement): Promise<Run> {
  const { stdout: commit } = await runProcess(['git', 'rev-parse', '--short', 'HEAD'], { cwd: REPOSITORY_ROOT });
  const { stdout: changes } = await runProcess(['git', 'status', '--porcelain', '--', 'packages'], {
    cwd: REPOSITORY_ROOT,
  });
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
  };
  const mark = changes.trim() === '' ? '' : '+';
  return { ...measurement, at: new Date().toISOString(), commit: `${commit.trim()}${mark}`, machine };
}

export async function appendRun(run: Run): Promise<void> {
  const path = join(RESULTS_FOLDER, `${run.id}.json`);
  const rounded = Object.entries(run.values).map(([name, values]) => [
    name,
    values.map((one) => Number(one.toPrecision(5))),
  ]);
  const kept = [...(await readRuns(run.id)), { ...run, values: Object.fromEntries(rounded) }].slice(-RUNS_KEPT_MAX);
  await mkdir(RESULTS_FOLDER, { recursive: true });
  await writeFile(path, `[\n${kept.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
}

export async function readRuns(id: string): Promise<readonly Run[]> {
  const path = join(RESULTS_FOLDER, `${id}.json`);
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as readonly Run[]) : [];
}

/** `slipway: 15.0 ms (14.1–16.2), 1.31 × crun run (1.22–1.40)` for each series, in lines for people. */
export function renderRun(figure: Pick<Figure, 'unit'>, run: Measurement): readonly string[] {
  const baseline = run.values[run.baseline] ?? [];
  return Object.entries(run.values).map(([name, values]) => {
    const { median, low, high } = summarize(values);
    const own = `${name}: ${format(median)} ${figure.unit} (${format(low)}–${format(high)})`;
    if (name === run.baseline) return `${own}, the baseline`;
    const relative = ratio(values, baseline);
    // A baseline of nothing has no multiple.
    if (!Number.isFinite(relative.median)) return own;
    return `${own}, ${format(relative.median)} × ${run.baseline} (${format(relative.low)}–${format(relative.high)})`;
  });
}

/** `daemon 61.0 MiB, haproxy 9.00 MiB`, the largest first. */
export function renderParts(figure: Pick<Figure, 'unit'>, parts: Readonly<Record<string, number>>): string {
  return Object.entries(parts)
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, value]) => `${name} ${format(value)} ${figure.unit}`)
    .join(', ');
}

/** Those whose baseline was there. */
export function measuredTargets(figure: Pick<Figure, 'targets'>, run: Measurement): readonly Target[] {
  return figure.targets.filter(({ baseline }) => run.values[baseline] !== undefined);
}

/** `0.91 × crun run, target ≤ 1: reached`. */
export function renderTarget(figure: Pick<Figure, 'better'>, target: Target, run: Measurement): string {
  const { median } = ratio(run.values[PLATFORM_SERIES] ?? [], run.values[target.baseline] ?? []);
  const isReached = figure.better === 'lower' ? median <= target.ratio : median >= target.ratio;
  const bound = `${figure.better === 'lower' ? '≤' : '≥'} ${target.ratio}`;
  return `${format(median)} × ${target.baseline}, target ${bound}: ${isReached ? 'reached' : 'not reached'}`;
}

export function renderBenchmarksPage(entries: readonly { readonly figure: Figure; readonly run: Run }[]): string {
  const sections = entries.map(({ figure, run }) => {
    const { processor, cores, memoryGib, kernel } = run.machine;
    const rounds = Math.max(0, ...Object.values(run.values).map((values) => values.length));
    const targets = measuredTargets(figure, run).map((target) => `- ${renderTarget(figure, target, run)}`);
    return [
      `## ${figure.title}`,
      '',
      ...(targets.length > 0 ? [...targets, ''] : []),
      `${figure.better === 'lower' ? 'Lower' : 'Higher'} is better; median of ${rounds} interleaved rounds (quartiles).`,
      '',
      ...renderRun(figure, run).map((line) => `- ${line}`),
      ...(run.parts ? [`- of which ${renderParts(figure, run.parts)}`] : []),
      '',
      `**How.** ${figure.method}`,
      '',
      `**The limit.** ${figure.limit}`,
      '',
      `${run.at.slice(0, 10)}, commit ${run.commit}, ${processor}, ${cores} cores, ${memoryGib} GiB, Linux ${kernel}, load ${run.load.join(' → ')}.`,
      '',
    ].join('\n');
  });
  const intro = `# Benchmarks

Generated by \`npm run bench\` from the newest run of each figure in bench/results. A figure is a ratio to a baseline
that was measured in the same minutes on the same machine, round by round: absolute numbers of another machine say
little. \`npm run bench -- from-zero\` measures the figures of that name alone, \`--dry\` keeps nothing.
`;
  return [intro, ...sections].join('\n');
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
