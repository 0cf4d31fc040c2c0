import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { App } from '@slipway/spec';
import { volumeMountsProblem } from './volume-mount-rules.ts';

type Mount = App['run_volume_mounts'][number];

function problemOf(...mounts: readonly Partial<Mount>[]) {
  const complete = mounts.map((mount) => ({ type: 'secret', reference: 'a', mount_path: '/a', ...mount }) as const);
  return volumeMountsProblem({ run_volume_mounts: complete });
}

const at = (...paths: readonly string[]) => paths.map((path) => ({ mount_path: path }));

test('volumeMountsProblem() takes folders of their own, as deep as they are', () => {
  for (const mounts of [
    [],
    at('/a'),
    at('/etc/app', '/etc/app2', '/etc/hosts.d', '/var/lib', '/opt/ä b', '/var/run/app'),
    [{ type: 'config_map', read_only: true, sub_path: '' }] as const,
  ]) {
    assert.equal(problemOf(...mounts), undefined);
  }
});

test('volumeMountsProblem() refuses with the field, the value and what to do', () => {
  const cases: readonly (readonly [Partial<Mount>[], field: string, rule: RegExp])[] = [
    [[{ type: 'persistent_data_store' }], 'type', /not available yet/],
    [[{ reference: '' }], 'reference', /needs it/],
    [[{ read_only: false }], 'read_only', /cannot be written/],
    [[{ sub_path: 'key' }], 'sub_path', /as a whole/],
    ...['a', '', '/', '//a', '/a/', '/a//b', '/a/./b', '/a/../b'].map(
      (path) => [at(path), 'mount_path', /shortest form/] as [Partial<Mount>[], string, RegExp],
    ),
    ...['/a:b', '/a\n', `/${'x'.repeat(256)}`].map(
      (path) => [at(path), 'mount_path', /control character/] as [Partial<Mount>[], string, RegExp],
    ),
    ...['/dev', '/dev/shm', '/proc/1', '/sys', '/etc', '/etc/hosts', '/etc/resolv.conf', '/var', '/var/run'].map(
      (path) => [at(path), 'mount_path', /the platform keeps/] as [Partial<Mount>[], string, RegExp],
    ),
    [at('/var/run/secrets/codeengine.cloud.ibm.com/mine'), 'mount_path', /the platform keeps/],
    [at('/a', '/a'), 'mount_path', /two mounts have this path/],
    [at('/a', '/a/b'), 'mount_path', /the mount on \/a lie one in the other/],
    [at('/a/b', '/a'), 'mount_path', /the mount on \/a\/b lie one in the other/],
  ];
  for (const [mounts, field, rule] of cases) {
    const problem = problemOf(...mounts);
    assert.equal(problem?.field, `run_volume_mounts.${field}`, JSON.stringify(mounts));
    assert.match(problem.rule, rule);
    assert.notEqual(problem.fix, '');
  }
});
