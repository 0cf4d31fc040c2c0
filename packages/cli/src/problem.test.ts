import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiProblem, ApiUnreachable } from '@slipway/client';
import { SetupFault } from '@slipway/setup';
import { ERRORS } from '@slipway/spec';
import { EXIT_CODES } from './exit-code.ts';
import { describeProblem, exitCodeOf } from './problem.ts';
import { CommandFault, UsageFault } from './usage-fault.ts';

const where = (command: string) => ({ program: 'slipway', command });

test('describeProblem() gives every code of the catalogue the exit code of its class', () => {
  const entries = Object.entries(ERRORS);
  assert.ok(entries.length > 10);
  for (const [code, { status, exit }] of entries) {
    const problem = describeProblem(new ApiProblem('No', { code, status, trace: 't-1' }), where('app get'));
    assert.equal(exitCodeOf(problem), EXIT_CODES[exit], code);
    assert.deepEqual(problem.lines, ['Error: No', '  Trace: t-1']);
  }
});

test('describeProblem() gives every other end its exit code', () => {
  const cases = [
    [new UsageFault('Wrong', ['Do this']), 2],
    [new CommandFault('build', 'No image'), 6],
    [new CommandFault('unhealthy', 'Not ready'), 7],
    [new CommandFault('timeout', 'Too long'), 8],
    [new ApiUnreachable('refused', 'Nobody'), 1],
    [new ApiUnreachable('timeout', 'Slow'), 8],
    [new SetupFault('No root', ['sudo']), 1],
    [new DOMException('Interrupted', 'AbortError'), 130],
    [new TypeError('x is not a function'), 1],
  ] as const;
  for (const [error, code] of cases)
    assert.equal(exitCodeOf(describeProblem(error, where('deploy'))), code, error.message);
});

test('describeProblem() shows the fix and the help of a wrong command line', () => {
  assert.deepEqual(describeProblem(new UsageFault('Wrong', ['Do this']), where('app get')).lines, [
    'Error: Wrong',
    '  Do this',
    '  Help: slipway app get --help',
  ]);
});
