/**
 * Which tests run how. Unit tests share two processes (they must not have global state); tests that need root and machine
 * programs get a process each, one after another, inside a private mount namespace; end-to-end tests use the platform
 * as a person does, so they get nothing prepared.
 */
import type { TestRecord } from './test-totals-reporter.ts';

export const TEST_GROUPS = ['unit', 'host', 'e2e'] as const;
export type TestGroup = (typeof TEST_GROUPS)[number];

/** The longest a group may take as a whole, and one test in it. */
export const GROUP_LIMITS: Readonly<Record<TestGroup, { readonly totalMs: number; readonly testMs: number }>> = {
  unit: { totalMs: 300_000, testMs: 30_000 },
  host: { totalMs: 1_500_000, testMs: 120_000 },
  e2e: { totalMs: 2_400_000, testMs: 240_000 },
};

export function groupOf(path: string): TestGroup | undefined {
  if (!path.endsWith('.test.ts')) return undefined;
  if (path.startsWith('test/')) return 'e2e';
  return path.endsWith('.host.test.ts') ? 'host' : 'unit';
}

/** `--unit --host --e2e` choose groups (none means all); other words choose files whose path contains one of them. */
export function parseTestArguments(argv: readonly string[]): {
  readonly groups: readonly TestGroup[];
  readonly words: readonly string[];
} {
  const flags = argv.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
  const unknown = flags.find((flag) => !TEST_GROUPS.includes(flag as TestGroup));
  if (unknown !== undefined) throw new TypeError(`Cannot run --${unknown}: choose from --${TEST_GROUPS.join(', --')}`);
  const groups = TEST_GROUPS.filter((group) => flags.length === 0 || flags.includes(group));
  return { groups, words: argv.filter((word) => !word.startsWith('--')) };
}

/** Unit tests use one processor each, and mostly the same modules: more processes would load them more often. */
const PROCESSES: Readonly<Record<TestGroup, number>> = { unit: 2, host: 1, e2e: 1 };

/** Short-lived objects of thousands of requests: with the usual 16 MiB a quarter of the time is spent collecting them. */
const YOUNG_MIB = 32;

/** The files of each process of a group, in turns, so that neighbours, which take alike, are apart. */
export function shareOut(group: TestGroup, files: readonly string[]): readonly (readonly string[])[] {
  const processes = Math.min(PROCESSES[group], files.length);
  return Array.from({ length: processes }, (_none, turn) => files.filter((_file, at) => at % processes === turn));
}

/** Arguments for node that run `files` of a group; totals go to `totalsPath`, the report to `reportPath`. */
export function nodeTestArguments(
  group: TestGroup,
  files: readonly string[],
  options: { readonly totalsPath: string; readonly reporterPath: string; readonly reportPath?: string },
): readonly string[] {
  return [
    ...(group === 'unit' ? [`--max-semi-space-size=${YOUNG_MIB}`] : []),
    '--test',
    ...(group === 'unit' ? ['--test-isolation=none'] : ['--test-concurrency=1']),
    `--test-timeout=${GROUP_LIMITS[group].testMs}`,
    '--test-reporter=spec',
    `--test-reporter-destination=${options.reportPath ?? 'stdout'}`,
    `--test-reporter=${options.reporterPath}`,
    `--test-reporter-destination=${options.totalsPath}`,
    ...files,
  ];
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly TestRecord[];
}

export function addTotals(records: readonly TestRecord[]): Totals {
  return {
    passed: records.filter(({ outcome }) => outcome === 'passed').length,
    failed: records.filter(({ outcome }) => outcome === 'failed').length,
    skipped: records.filter(({ outcome }) => outcome === 'skipped'),
  };
}

/** The last line of a run, e.g. `212 passed, 0 failed, 3 skipped`. */
export function renderTotals({ passed, failed, skipped }: Totals): string {
  const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  return `${passed} passed, ${failed} failed${tail}`;
}
