/**
 * `npm run bench -- [FIGURE…] [--rounds N] [--apps N] [--no-platform] [--dry]` measures figures whose id contains one of
 * the words (none: all), prints them, keeps them in bench/results and renders docs/benchmarks.md. `--dry` keeps nothing.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPlatform, withShortWaits } from '../test/platform.ts';
import { privateNamespaceArguments } from '../tools/private-namespace.ts';
import { REPOSITORY_ROOT } from '../tools/repository.ts';
import { DEPLOY_AGAIN } from './deploy-again.ts';
import { measureFigure, type Figure } from './figure.ts';
import { FROM_ZERO } from './from-zero.ts';
import { IDLE } from './idle.ts';
import { appendRun, describeRun, readLatestRuns, renderBenchmarksPage, renderRun } from './results.ts';
import { WARM_PATH } from './warm-path.ts';

const FIGURES: readonly Figure[] = [...FROM_ZERO, ...WARM_PATH, ...DEPLOY_AGAIN, ...IDLE];
const INSIDE = 'SLIPWAY_BENCH_INSIDE';

if (process.env[INSIDE] === undefined) {
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
      rounds: { type: 'string', default: '15' },
      apps: { type: 'string', default: '1000' },
      'no-platform': { type: 'boolean', default: false },
      dry: { type: 'boolean', default: false },
    },
  });
  const chosen = FIGURES.filter(({ id }) => positionals.length === 0 || positionals.some((word) => id.includes(word)));
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  const platform = values['no-platform'] ? undefined : await startPlatform({ tune: withShortWaits });
  try {
    for (const figure of chosen) {
      const context = { folder, platform, rounds: Number(values.rounds), appCount: Number(values.apps) };
      const run = await describeRun(await measureFigure(figure, context));
      console.log(`\n${run.title}\n  ${renderRun(run).join('\n  ')}`);
      if (!values.dry) await appendRun(run);
    }
  } finally {
    await platform?.purge();
    await rm(folder, { recursive: true, force: true });
  }
  if (values.dry) return;
  await writeFile(join(REPOSITORY_ROOT, 'docs/benchmarks.md'), renderBenchmarksPage(await readLatestRuns()));
}
