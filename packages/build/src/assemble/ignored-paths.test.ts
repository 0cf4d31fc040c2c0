import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIgnoreFile } from './ignored-paths.ts';

test('parseIgnoreFile() reads names, stars and question marks as the public tools do', () => {
  const isIgnored = parseIgnoreFile('# no\n\nnode_modules/\n/a.txt\n*.log\n**/*.tmp\ndir/x?.md\n a+b(c) \n');
  assert.ok(isIgnored);
  const left = ['node_modules', 'a.txt', 'x.log', '.log', 'y.tmp', 'deep/er/y.tmp', 'dir/x1.md', 'a+b(c)'];
  const kept = [
    'sub/node_modules',
    'sub/a.txt',
    'dir/x.log',
    'dir/x.md',
    'dir/x12.md',
    'dir/x/.md',
    'aab(c)',
    'a.txt.bak',
  ];
  for (const path of left) assert.equal(isIgnored(path), true, path);
  for (const path of kept) assert.equal(isIgnored(path), false, path);
  assert.equal(parseIgnoreFile('')?.('anything'), false);
});

test('parseIgnoreFile() does not read what is not plain, or takes long to match', () => {
  const lines = ['!kept', 'a[bc]', 'a\\b', '../x', 'a**b', 'a/**', '**/x/**/y', 'a*b*c*d', '/', 'x\n'.repeat(201)];
  for (const line of lines) assert.equal(parseIgnoreFile(line), undefined, line);
});
