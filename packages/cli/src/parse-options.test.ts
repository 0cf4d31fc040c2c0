import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OptionTable } from './command.ts';
import { closestWord } from './closest-word.ts';
import { parseOptions } from './parse-options.ts';

const TABLE = {
  name: { names: ['--name', '-n'], kind: 'value', summary: '' },
  size: { names: ['--size', '--sz'], kind: 'value', summary: '', values: ['small', 'large'] },
  output: { names: ['--output', '-o'], kind: 'value', summary: '', values: ['json', 'jsonpath=EXPRESSION'] },
  env: { names: ['--env', '-e'], kind: 'list', summary: '' },
  tail: { names: ['--tail', '-t'], kind: 'number', summary: '' },
  wait: { names: ['--wait', '-w'], kind: 'flag', summary: '' },
  later: { names: ['--later'], kind: 'value', summary: '', unavailable: 'The later feature' },
} as const satisfies OptionTable;

function parse(...words: string[]) {
  return parseOptions(TABLE, words, 1);
}

test('parseOptions() understands every way to write an option', () => {
  assert.deepEqual(parse('--name', 'web', '-e', 'A=1', '--env=B=2', '-t5', '--wait').options, {
    name: 'web',
    env: ['A=1', 'B=2'],
    tail: 5,
    wait: true,
  });
  assert.deepEqual(parse('-n=web', '--wait=false', '--sz', 'large').options, {
    name: 'web',
    wait: false,
    size: 'large',
  });
  assert.deepEqual(parse('-o', 'jsonpath={.a=="b"}').options, { output: 'jsonpath={.a=="b"}' });
  assert.deepEqual(parse('--tail', '-1').options, { tail: -1 });
});

test('parseOptions() takes a word with a dash as a value where a value is due', () => {
  assert.deepEqual(parse('--env', '-v').options, { env: ['-v'] });
  assert.deepEqual(parse('--', '--name').operands, ['--name']);
});

test('parseOptions() refuses each mistake with what would be right', () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--nmae', 'web'], /Cannot understand the option "--nmae"/],
    [['--name'], /--name: it needs a value/],
    [['--size', 'smal'], /--size "smal": allowed are small, large/],
    [['--output', 'xml'], /--output "xml"/],
    [['--tail', 'ten'], /--tail "ten": it takes a whole number/],
    [['--wait=maybe'], /--wait=maybe: it is true or false/],
    [['--later', 'x'], /The later feature \(--later\) is not available yet/],
    [['a', 'b'], /Cannot understand "b": the command takes one name at most/],
  ];
  for (const [words, message] of cases) assert.throws(() => parse(...words), message);
  assert.throws(
    () => parse('--nmae'),
    (error: Error & { fix: readonly string[] }) => error.fix[0] === 'Did you mean --name?',
  );
});

test('closestWord() finds a slip of the finger and nothing far away', () => {
  assert.equal(closestWord('lsit', ['list', 'get', 'delete']), 'list');
  assert.equal(closestWord('delet', ['list', 'get', 'delete']), 'delete');
  assert.equal(closestWord('banana', ['list', 'get', 'delete']), undefined);
});
