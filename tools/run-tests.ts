/**
 * `npm test`: every test of the repository, in three groups, with one line of totals at the very end.
 *
 * Tests that need the machine run in a private mount namespace of their own: mounts they leave vanish with it, and the
 * second cgroup hierarchy that crun refuses on hybrid machines is hidden there and nowhere else.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { privateNamespaceArguments } from './private-namespace.ts';
import { readRepository, REPOSITORY_ROOT } from './repository.ts';
import { ensureTestPackages } from './system-packages.ts';
import {
  addTotals,
  GROUP_LIMITS,
  groupOf,
  nodeTestArguments,
  parseTestArguments,
  renderTotals,
  shareOut,
} from './test-plan.ts';
import type { TestGroup, Totals } from './test-plan.ts';
import type { TestRecord } from './test-totals-reporter.ts';

const END_GRACE_MS = 10_000;

const { groups, words } = parseTestArguments(process.argv.slice(2));
const started = performance.now();
const parts: Totals[] = [];
let broken = false;
let isInterrupted = false;

if (groups.some((group) => group !== 'unit')) await ensureTestPackages();
for (const group of groups) {
  if (isInterrupted) break;
  const files = readRepository(['packages', 'tools', 'test', 'bench'])
    .map((file) => file.path)
    .filter((path) => groupOf(path) === group && (words.length === 0 || words.some((word) => path.includes(word))));
  if (files.length === 0) {
    console.log(`\n${group}: no test file`);
    continue;
  }
  console.log(`\n${group}: ${files.length} test files`);
  const { totals, exitCode } = await runGroup(group, files);
  parts.push(totals);
  if (exitCode !== 0) broken = true;
}

const totals: Totals = {
  passed: parts.reduce((sum, part) => sum + part.passed, 0),
  failed: parts.reduce((sum, part) => sum + part.failed, 0),
  skipped: parts.flatMap((part) => part.skipped),
};
for (const { name, reason } of totals.skipped) console.log(`skipped: ${name}: ${reason || 'no reason given'}`);
console.log(`\nFinished in ${((performance.now() - started) / 1000).toFixed(1)} s`);
console.log(renderTotals(totals));
process.exitCode = broken || totals.failed > 0 || totals.passed === 0 ? 1 : 0;

async function runGroup(group: TestGroup, files: readonly string[]): Promise<{ totals: Totals; exitCode: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  try {
    const inside = group === 'host' ? await privateNamespaceArguments() : [];
    const ends = await Promise.all(
      shareOut(group, files).map(async (share, at) => {
        const totalsPath = join(folder, `totals-${at}`);
        // One report is read as it comes; those of others follow as a whole, or lines of all would be mixed.
        const reportPath = at === 0 ? undefined : join(folder, `report-${at}`);
        const options = {
          totalsPath,
          reporterPath: './tools/test-totals-reporter.ts',
          ...(reportPath && { reportPath }),
        };
        const argv = [...inside, process.execPath, ...nodeTestArguments(group, share, options)];
        const exitCode = await runBounded(argv, GROUP_LIMITS[group].totalMs);
        return {
          exitCode,
          records: await readIfThere(totalsPath),
          report: reportPath && (await readIfThere(reportPath)),
        };
      }),
    );
    for (const { report } of ends) if (report) console.log(report.trimEnd());
    const records = ends.flatMap((end) => end.records.split('\n').filter(Boolean));
    const exitCode = ends.find((end) => end.exitCode !== 0)?.exitCode ?? 0;
    return { totals: addTotals(records.map((line) => JSON.parse(line) as TestRecord)), exitCode };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readIfThere(path: string): Promise<string> {
  return existsSync(path) ? await readFile(path, 'utf8') : '';
}

/** Runs in a process group of its own, so that a group of tests that hangs is ended with everything it started. */
async function runBounded(argv: readonly string[], limitMs: number): Promise<number> {
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, { cwd: REPOSITORY_ROOT, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  const end = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
  };
  const forward = (): void => {
    isInterrupted = true;
    end('SIGTERM');
  };
  process.once('SIGINT', forward).once('SIGTERM', forward);
  const limit = setTimeout(() => {
    console.log(`Stopped: the tests ran longer than ${limitMs / 1000} s`);
    end('SIGTERM');
    setTimeout(() => end('SIGKILL'), END_GRACE_MS).unref();
  }, limitMs);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('close', (code) => resolve(code ?? 1));
  try {
    return await promise;
  } finally {
    clearTimeout(limit);
    process.off('SIGINT', forward).off('SIGTERM', forward);
  }
}
