/**
 * `npm run bench -- [FIGURE…] [--rounds N] [--apps N] [--no-platform] [--dry]` measures the figures of these ids, and those
 * whose id contains a word that is no id itself (none: all), prints them, keeps them in bench/results and renders
 * docs/benchmarks.md. `--dry` keeps nothing.
 */
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runProcess } from '@slipway/process';
import { startPlatform, type WrittenConfig } from '../test/platform.ts';
import { privateNamespaceArguments } from '../tools/private-namespace.ts';
import { REPOSITORY_ROOT } from '../tools/repository.ts';
import { ensureBenchPackages } from '../tools/system-packages.ts';
import { API_RESOURCES } from './api-resources.ts';
import { CLI_START } from './cli-start.ts';
import { DEPLOY_AGAIN } from './deploy-again.ts';
import { measureFigure, type BenchContext, type Figure } from './figure.ts';
import { FROM_FROZEN } from './from-frozen.ts';
import { FROM_ZERO } from './from-zero.ts';
import { FUNCTION_GROUND } from './function-ground.ts';
import { IDLE_EMPTY, IDLE_FULL } from './idle.ts';
import {
  appendRun,
  describeRun,
  measuredTargets,
  readRuns,
  RESULTS_FOLDER,
  renderBenchmarksPage,
  renderParts,
  renderRun,
  renderTarget,
} from './results.ts';
import { IN_A_ROW } from './in-a-row.ts';
import { INSTANCE_OVERHEAD } from './instance-overhead.ts';
import { NEW_APP } from './new-app.ts';
import { sleepSoon } from './sleep-soon.ts';
import { SLEEPING_APPS } from './sleeping-apps.ts';
import { WAKE_MANY } from './wake-many.ts';
import { WARM_HOSTS } from './warm-hosts.ts';
import { WARM_PATH } from './warm-path.ts';
import { WARM_TLS } from './warm-tls.ts';

/** In this order, because registered apps stay: those of a platform without any come first. */
const FIGURES: readonly Figure[] = [
  ...CLI_START,
  ...IDLE_EMPTY,
  ...FROM_ZERO,
  ...FROM_FROZEN,
  ...IN_A_ROW,
  FUNCTION_GROUND,
  ...NEW_APP,
  ...WAKE_MANY,
  INSTANCE_OVERHEAD,
  ...DEPLOY_AGAIN,
  ...WARM_PATH,
  ...WARM_TLS,
  ...WARM_HOSTS,
  ...IDLE_FULL,
  ...API_RESOURCES,
  ...SLEEPING_APPS,
];
const INSIDE = 'SLIPWAY_BENCH_INSIDE';
/** One caller asks as much as it can. */
const REQUESTS_PER_SECOND = 1_000_000;

if (process.env[INSIDE] === undefined) {
  await ensureBenchPackages();
  const [program, ...rest] = [...(await privateNamespaceArguments()), process.execPath, ...process.argv.slice(1)];
  const { status } = spawnSync(program ?? process.execPath, rest, {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  process.exitCode = status ?? 1;
} else {
  await runBenchmarks();
}

async function runBenchmarks(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      apps: { type: 'string', default: '980' },
      'no-platform': { type: 'boolean', default: false },
      dry: { type: 'boolean', default: false },
    },
  });
  const ids = new Set(FIGURES.map(({ id }) => id));
  const isMeant = (id: string) => positionals.some((word) => (ids.has(word) ? id === word : id.includes(word)));
  const chosen = FIGURES.filter(({ id }) => positionals.length === 0 || isMeant(id));
  // Readable for the users of instances, because bundles lie below it.
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  await chmod(folder, 0o711);
  const platform = values['no-platform'] ? undefined : await startPlatform({ tune: tuned });
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  try {
    const context = { folder, platform, rounds, appCount: Number(values.apps) };
    for (const figure of chosen) await runFigure(figure, context, !values.dry);
  } finally {
    await platform?.purge();
    await rm(folder, { recursive: true, force: true });
  }
  if (!values.dry) await renderPage();
}

async function runFigure(figure: Figure, context: BenchContext, isKept: boolean): Promise<void> {
  const startedAt = performance.now();
  const run = await describeRun(await measureFigure(figure, context));
  const took = `${((performance.now() - startedAt) / 1000).toFixed(0)} s, load ${run.load.join(' → ')}`;
  console.log(`\n${figure.title} (${took})\n  ${renderRun(figure, run).join('\n  ')}`);
  if (run.parts) console.log(`  of which ${renderParts(figure, run.parts)}`);
  if (context.platform)
    for (const target of measuredTargets(figure, run)) console.log(`  ${renderTarget(figure, target, run)}`);
  if (isKept && context.platform) await appendRun(run);
}

function tuned(config: WrittenConfig): WrittenConfig {
  return { ...sleepSoon(config), requestsPerSecond: REQUESTS_PER_SECOND };
}

async function renderPage(): Promise<void> {
  const newest = await Promise.all(
    FIGURES.map(async (figure) => ({ figure, run: (await readRuns(figure.id)).at(-1) })),
  );
  const entries = newest.flatMap(({ figure, run }) => (run ? [{ figure, run }] : []));
  const page = join(REPOSITORY_ROOT, 'docs/benchmarks.md');
  await writeFile(page, renderBenchmarksPage(entries));
  // What is written is committed, so it has the form that the checks ask for.
  await runProcess([join(REPOSITORY_ROOT, 'node_modules/.bin/oxfmt'), RESULTS_FOLDER, page], { cwd: REPOSITORY_ROOT });
}
