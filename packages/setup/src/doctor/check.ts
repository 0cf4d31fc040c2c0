/** One thing `doctor` looks at. A check never throws for what it found: it says so; and it is bounded in time. */

export const CHECK_STATES = ['ok', 'warning', 'failed'] as const;
export type CheckState = (typeof CHECK_STATES)[number];

export interface CheckFinding {
  readonly state: CheckState;
  readonly detail: string;
  readonly fix?: string;
}

export interface Check {
  readonly id: string;
  readonly title: string;
  readonly run: () => Promise<CheckFinding>;
}

export interface CheckResult extends CheckFinding {
  readonly id: string;
  readonly title: string;
}

export function ok(detail: string): CheckFinding {
  return { state: 'ok', detail };
}

export function warning(detail: string, fix?: string): CheckFinding {
  return fix === undefined ? { state: 'warning', detail } : { state: 'warning', detail, fix };
}

export function failed(detail: string, fix?: string): CheckFinding {
  return fix === undefined ? { state: 'failed', detail } : { state: 'failed', detail, fix };
}

const CHECK_TIMEOUT_MS = 15_000;

/** Runs all checks side by side; one that throws or hangs is its own failure and hides no other. */
export async function runChecks(
  checks: readonly Check[],
  timeoutMs = CHECK_TIMEOUT_MS,
): Promise<readonly CheckResult[]> {
  return Promise.all(
    checks.map(async ({ id, title, run }) => {
      const deadline = Promise.withResolvers<CheckFinding>();
      const timer = setTimeout(() => deadline.resolve(failed(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
      try {
        return { id, title, ...(await Promise.race([run(), deadline.promise])) };
      } catch (error) {
        return { id, title, ...failed(error instanceof Error ? error.message : String(error)) };
      } finally {
        clearTimeout(timer);
      }
    }),
  );
}

const MARKS: Readonly<Record<CheckState, string>> = { ok: '✓', warning: '!', failed: '✗' };

/** The lines a person reads: mark, title, detail; the fix below what needs one; the sum last. */
export function formatChecks(
  results: readonly CheckResult[],
  paint: (state: CheckState, text: string) => string = (_state, text) => text,
): readonly string[] {
  const width = Math.max(0, ...results.map((result) => result.title.length));
  const lines = results.flatMap((result) => {
    const head = `${paint(result.state, MARKS[result.state])} ${result.title.padEnd(width)}  ${result.detail}`;
    return result.fix === undefined ? [head] : [head, `  ${' '.repeat(width)}  → ${result.fix}`];
  });
  const count = (state: CheckState) => results.filter((result) => result.state === state).length;
  return [...lines, '', `${count('ok')} fine, ${count('warning')} to look at, ${count('failed')} failed`];
}
