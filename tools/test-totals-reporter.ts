/**
 * A node:test reporter that writes one JSON line per finished test, for `run-tests.ts` to count over many runs.
 * The people's report goes to the terminal beside it.
 */
import type { TestEvent } from 'node:test/reporters';

export interface TestRecord {
  readonly name: string;
  readonly file: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped; '' when it gave no reason. */
  readonly reason: string;
}

// oxlint-disable-next-line import/no-default-export -- the contract of node:test for reporters
export default async function* reportTotals(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, file = '', skip, todo, details } = event.data;
    if (details.type === 'suite') continue;
    const left = skip ?? todo;
    const outcome = left !== undefined && left !== false ? 'skipped' : event.type === 'test:pass' ? 'passed' : 'failed';
    const reason = typeof left === 'string' ? left : '';
    yield `${JSON.stringify({ name, file, outcome, reason } satisfies TestRecord)}\n`;
  }
}
