import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mountPoints, parseProcessorList } from './mount-namespace.ts';

test('parseProcessorList() reads single processors and ranges', () => {
  assert.deepEqual(parseProcessorList('Name:\tnode\nCpus_allowed_list:\t0-2,5\nMems_allowed:\t1\n'), [0, 1, 2, 5]);
  assert.deepEqual(parseProcessorList('Cpus_allowed_list:\t7\n'), [7]);
  assert.deepEqual(parseProcessorList(''), [0]);
});

test('mountPoints() undoes the escapes of the kernel', () => {
  const table = '22 1 8:1 / / rw - ext4 /dev/sda rw\n23 22 0:5 / /a\\040b rw - tmpfs none rw\n';
  assert.deepEqual([...mountPoints(table)], ['/', '/a b']);
});
