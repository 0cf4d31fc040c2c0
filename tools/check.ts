/**
 * `npm run check`: everything that can be said about the code without a machine to run it on, in under 30 seconds.
 * All steps run, two at a time and the slow ones first; each prints one line, and what failed prints what it said.
 */
import { ProcessFailure, runProcess } from '@slipway/process';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from './repository.ts';

interface Step {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
}

const STEP_TIMEOUT_MS = 300_000;
const STEPS_AT_ONCE = 2;
const STEPS: readonly Step[] = [
  { name: 'unit tests', argv: [process.execPath, 'tools/run-tests.ts', '--unit'] },
  { name: 'knip --strict', argv: [bin('knip'), '--strict', '--no-progress'] },
  { name: 'tsc', argv: [bin('tsc')] },
  { name: 'oxlint --type-aware', argv: [bin('oxlint'), '--type-aware'] },
  { name: 'oxfmt --check', argv: [bin('oxfmt'), '--check', '.'] },
  { name: 'generate --check', argv: [process.execPath, 'tools/generate.ts', '--check'] },
];

function bin(name: string): string {
  return join(REPOSITORY_ROOT, 'node_modules/.bin', name);
}

async function runStep({ name, argv }: Step): Promise<boolean> {
  const started = performance.now();
  const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`.padStart(7);
  try {
    await runProcess(argv, { cwd: REPOSITORY_ROOT, timeoutMs: STEP_TIMEOUT_MS });
    console.log(`ok     ${seconds()}  ${name}`);
    return true;
  } catch (error) {
    if (!(error instanceof ProcessFailure)) throw error;
    console.log(`FAILED ${seconds()}  ${name}\n${error.stdout}${error.stderr}`.trimEnd());
    if (error.exitCode === -1) console.log(error.message);
    return false;
  }
}

const waiting = [...STEPS];
const failed: string[] = [];
async function work(): Promise<void> {
  for (let step = waiting.shift(); step; step = waiting.shift()) if (!(await runStep(step))) failed.push(step.name);
}

const started = performance.now();
await Promise.all(Array.from({ length: STEPS_AT_ONCE }, work));
console.log(`${((performance.now() - started) / 1000).toFixed(1)} s, ${failed.length} of ${STEPS.length} steps failed`);
if (failed.length > 0) {
  console.log(`Failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
