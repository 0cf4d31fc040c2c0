import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContainerNotCreated, conmonArgv, parseReport } from './conmon.ts';
import { failureOf, openFilesMaxFor, stopSignalFor } from './instance-launch.ts';
import { parseOomKills } from '../cgroup/cgroup-tree.ts';

test('conmonArgv() bounds the log and names every folder', (t) => {
  const plan = {
    key: '0123456789ab',
    bundleDir: '/run/slipway/i/0123456789ab',
    runtimePath: '/usr/bin/crun',
    runtimeRoot: '/run/slipway/crun',
    exitsDir: '/run/slipway/exits',
    socketsDir: '/run/slipway/s',
    logPath: '/var/lib/slipway/logs/p/web/web-00001-x7k2p/current.log',
    logBytesMax: 1_000_000,
  };
  t.assert.snapshot(conmonArgv(plan));
});

test('parseReport() reads what conmon says of the container', () => {
  assert.deepEqual(parseReport('{"data": 4711}\n'), { pid: 4711, message: '' });
  assert.deepEqual(parseReport('{"data": -1, "message": "no\\n"}\n'), { pid: -1, message: 'no' });
  assert.equal(parseReport('').pid, -1);
  assert.match(parseReport('conmon: bad option').message, /without a report: conmon: bad option/);
});

test('failureOf() says in the owner’s words why there is no container', () => {
  const cases: readonly [words: string, fault: string][] = [
    ['executable file `/nowhere` not found in $PATH: No such file or directory', 'executable_not_found'],
    ['open executable: Permission denied', 'executable_not_found'],
    ['mount `proc`: Operation not permitted', 'runtime_error'],
  ];
  for (const [words, fault] of cases) assert.equal(failureOf(new ContainerNotCreated(words), 'x').fault, fault, words);
  assert.equal(failureOf(new Error('spawn'), 'x').fault, 'runtime_error');
});

test('stopSignalFor() knows the common signals and takes SIGTERM for the rest', () => {
  for (const [text, signal] of [
    ['', 'SIGTERM'],
    ['SIGQUIT', 'SIGQUIT'],
    ['int', 'SIGINT'],
    ['37', 'SIGTERM'],
  ]) {
    assert.equal(stopSignalFor(text ?? ''), signal);
  }
});

test('openFilesMaxFor() never asks for more than we may pass on', () => {
  assert.equal(openFilesMaxFor('Max open files            1024                 4096                 files'), 4096);
  assert.equal(openFilesMaxFor('Max open files            1024                 1048576              files'), 65_536);
  assert.equal(openFilesMaxFor(''), 65_536);
});

test('parseOomKills() reads both versions of control groups', () => {
  assert.equal(parseOomKills('low 0\noom 3\noom_kill 2\n'), 2);
  assert.equal(parseOomKills('oom_kill_disable 0\nunder_oom 0\noom_kill 1\n'), 1);
  assert.equal(parseOomKills(''), 0);
});
