import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPrometheus } from './prometheus-text.ts';

test('renderPrometheus() writes help, type and samples, and leaves empty families out', () => {
  const samples = [
    { labels: {}, value: 1 },
    { labels: { a: 'x', b: '' }, value: 0.5 },
  ];
  const text = renderPrometheus([
    { name: 'one', help: 'First', type: 'gauge', samples },
    { name: 'none', help: 'Nothing', type: 'counter', samples: [] },
    { name: 'two_total', help: 'Second', type: 'counter', samples: [{ labels: {}, value: 1e21 }] },
  ]);
  const lines = ['# HELP one First', '# TYPE one gauge', 'one 1', 'one{a="x",b=""} 0.5'];
  assert.equal(
    text,
    [...lines, '# HELP two_total Second', '# TYPE two_total counter', 'two_total 1e+21', ''].join('\n'),
  );
});

test('renderPrometheus() escapes what would end a label or a line, and writes numbers that are none', () => {
  const samples = [
    { labels: { name: 'a "b"\\\nc 🚢' }, value: Number.POSITIVE_INFINITY },
    { labels: {}, value: Number.NEGATIVE_INFINITY },
    { labels: {}, value: Number.NaN },
  ];
  const text = renderPrometheus([{ name: 'one', help: 'A "quote", \\ and\na line', type: 'gauge', samples }]);
  assert.deepEqual(text.split('\n'), [
    '# HELP one A "quote", \\\\ and\\na line',
    '# TYPE one gauge',
    'one{name="a \\"b\\"\\\\\\nc 🚢"} +Inf',
    'one -Inf',
    'one NaN',
    '',
  ]);
});
