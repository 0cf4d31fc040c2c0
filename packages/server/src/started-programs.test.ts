/** The daemon's way to start programs does for `runProcess` what that of Node.js does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startProgram } from '@slipway/kernel';
import { ProcessFailure, runProcess, startProgramsBy } from '@slipway/process';

startProgramsBy(startProgram);
const shell = (script: string) => ['/bin/sh', '-c', script] as const;

test('runProcess() gives output and lines, and feeds input', async () => {
  const lines: string[] = [];
  const result = await runProcess(shell('cat; echo err >&2'), { stdin: 'in\n', onLine: (line) => lines.push(line) });
  assert.deepEqual(result, { exitCode: 0, stdout: 'in\n', stderr: 'err\n', timedOut: false });
  assert.deepEqual(lines.toSorted(), ['err', 'in']);
});

test('runProcess() takes input that a program does not read', async () => {
  const { exitCode } = await runProcess(['true'], { stdin: 'x'.repeat(1_000_000) });
  assert.equal(exitCode, 0);
});

test('runProcess() rejects with what the program said, or with the signal that ended it', async () => {
  await assert.rejects(runProcess(shell('echo last >&2; exit 3')), /ended with code 3: last$/);
  await assert.rejects(runProcess(shell('kill -TERM $$')), /ended by SIGTERM$/);
  await assert.rejects(runProcess(['no-such-program']), (error) => {
    assert.ok(error instanceof ProcessFailure);
    assert.equal(error.message, 'Cannot finish no-such-program: Cannot start no-such-program: ENOENT');
    return true;
  });
});

test('runProcess() ends what runs too long or is aborted', async () => {
  await assert.rejects(runProcess(['sleep', '600'], { timeoutMs: 20 }), /ran longer than 20 ms$/);
  await assert.rejects(runProcess(['sleep', '600'], { signal: AbortSignal.timeout(20) }), /it was aborted$/);
  await assert.rejects(runProcess(['sleep', '600'], { signal: AbortSignal.abort() }), ProcessFailure);
});
