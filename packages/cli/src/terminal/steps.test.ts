import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSteps } from './steps.ts';

function plainTerminal() {
  const lines: string[] = [];
  const writeError = (text: string): void => {
    // Without the time of day and the time spent, which differ at every run.
    lines.push(
      text
        .trimEnd()
        .replace(/^\d\d:\d\d:\d\d /, '')
        .replace(/\d+\.\d s/, 'N s'),
    );
  };
  const terminal = { write: () => undefined, writeError, isInteractive: false, hasColor: false, columns: () => 80 };
  return { terminal, lines };
}

test('a step off a terminal prints its begin, its news and its end', () => {
  const { terminal, lines } = plainTerminal();
  const step = createSteps(terminal, { quiet: false, signal: new AbortController().signal }).begin('Build');
  step.progress('base');
  step.progress('base');
  step.log('STEP 1');
  step.done('sha256:1');
  assert.deepEqual(lines, ['Build …', '  base', '  | STEP 1', 'Build: done in N s, sha256:1']);
});

test('a percentage that counts up off a terminal is not a line for each step of it', () => {
  const { terminal, lines } = plainTerminal();
  const step = createSteps(terminal, { quiet: false, signal: new AbortController().signal }).begin('Install');
  for (let percent = 0; percent <= 100; percent += 1) step.progress(`installing ${percent} %`);
  step.done();
  assert.deepEqual(lines, ['Install …', '  installing 0 %', 'Install: done in N s']);
});

test('a quiet step is silent, and unfolds its output when it fails', () => {
  const { terminal, lines } = plainTerminal();
  const steps = createSteps(terminal, { quiet: true, signal: new AbortController().signal });
  const good = steps.begin('Build');
  good.log('fine');
  good.done();
  assert.deepEqual(lines, []);
  const bad = steps.begin('Build');
  bad.log('broken');
  bad.failed();
  assert.deepEqual(lines, ['broken']);
});
