import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createLogFilter, levelOf } from './log-filter.ts';
import { createLogFormat } from './show-logs.ts';

test('levelOf() reads the usual ways in which programs say how serious a line is', () => {
  const cases = [
    ['{"level":"warn","msg":"x"}', 'warn'],
    ['{"level":50,"msg":"x"}', 'error'],
    ['{"severity":"INFO","message":"error in the text"}', 'info'],
    ['2026-11-22T10:00:00Z ERROR cannot connect', 'error'],
    ['[Warning] low on space', 'warn'],
    ['level=debug msg=x', 'debug'],
    ['E1122 10:00:00.000 main.go:1] x', 'error'],
    ['Fatal: no such file', 'error'],
    ['listening on 8080', undefined],
    ['an errorless day', undefined],
  ] as const;
  for (const [text, level] of cases) assert.equal(levelOf(text), level, text);
});

test('createLogFilter() keeps what is serious enough, with the lines indented below it, and what the pattern finds', () => {
  const lines = ['starting', 'ERROR it broke', '  at main (a.js:1)', 'INFO goes on', '  detail', 'warn: slow'];
  const shown = (options: Parameters<typeof createLogFilter>[0]) => {
    const filter = createLogFilter(options);
    return lines.filter((text) => filter({ at: '', instance: 'a', stream: 'stdout', text }));
  };
  assert.deepEqual(shown({ level: 'error' }), ['ERROR it broke', '  at main (a.js:1)']);
  assert.deepEqual(shown({ level: 'warn', grep: 'slow|broke' }), ['ERROR it broke', 'warn: slow']);
  assert.deepEqual(shown({}), lines);
  assert.throws(() => createLogFilter({ grep: '(' }), /Cannot use --grep "\(": .*/);
});

test('createLogFormat() begins each line with its instance in a colour of its own where that can be seen', () => {
  const format = createLogFormat({ raw: false, timestamps: false, hasPrefix: true });
  const line = (instance: string) => format({ at: '', instance, stream: 'stdout', text: 'hello' });
  assert.equal(stripVTControlCharacters(line('web-00001-abcde')), '00001-abcde | hello\n');
  assert.notEqual(line('web-00001-abcde'), '00001-abcde | hello\n');
  assert.equal(line('web-00001-abcde'), line('web-00001-abcde'));
});
