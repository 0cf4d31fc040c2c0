/** `slipway job` and `slipway jobrun` over HTTP. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCommandBench } from './command-bench.ts';

const IMAGE = 'registry.example/fake/report:1';

test('a job is created, shown, listed, changed and deleted', async (t) => {
  const bench = await openCommandBench(t);
  await bench.must('configmap', 'create', '-n', 'days', '-l', 'DAY=monday');
  const options = ['--env', 'A=1', '--env-cm', 'days', '--array-size', '5', '--arg', '-v', '--cpu', '2', '-m', '8G'];
  await bench.must('job', 'create', '--name', 'report', '--image', IMAGE, ...options);
  const job = await bench.read('job', 'get', 'report');
  assert.equal(job['scale_array_spec'], '0-4');
  assert.deepEqual(job['run_arguments'], ['-v']);
  const text = await bench.must('job', 'get', '-n', 'report');
  assert.match(text, /^Name: +report\nID: +\S+\nProject Name: +shop\n/);
  assert.match(text, /\n {2}ConfigMap full reference {2}days\n/);
  assert.match(text, /\nRuntime:\n {2}Mode: +task\n {2}Array Indices: +0-4\n {2}Array Size: +5\n/);

  await bench.must('job', 'update', 'report', '--env-rm', 'A', '--ai', '1-3,7', '--arguments-clear', '--cpu', '1');
  const changed = await bench.read('job', 'get', 'report');
  assert.deepEqual(
    [changed['scale_array_spec'], changed['run_arguments'], changed['scale_cpu_limit'], changed['scale_memory_limit']],
    ['1-3,7', [], '1', '8G'],
  );
  assert.deepEqual(changed['run_env_variables'], [{ type: 'config_map_full_reference', reference: 'days' }]);

  assert.equal((await bench.run('job', 'list', '--quiet')).err, '');
  assert.match(await bench.must('job', 'list'), /^Name +Age +Last Job Run Name +Last Job Run Age\nreport +\d+s\n$/);
  await bench.must('job', 'delete', '--name', 'report', '--force');
  await bench.must('job', 'delete', '--name', 'report', '--force', '--ignore-not-found');
  assert.match((await bench.run('job', 'list')).err, /No jobs in project "shop"/);
});

test('a job is built from a folder', async (t) => {
  const bench = await openCommandBench(t);
  await writeFile(join(bench.folder, 'Dockerfile'), 'FROM slipway/node:24\n');
  await bench.must('job', 'create', '--name', 'built', '--build-source', '.');
  assert.match(String((await bench.read('job', 'get', 'built'))['image_reference']), /@sha256:[0-9a-f]{64}$/);
  assert.match(await bench.must('buildrun', 'list'), /^Name +Status .*\nbuilt-run-\d{6}-\d{9} +Succeeded/);
  const { err } = await bench.run('job', 'update', 'built', '--build-source', '.', '--no-wait');
  assert.match(err, /The build goes on: slipway buildrun logs --follow --name built-run-/);
  assert.doesNotMatch(String((await bench.read('job', 'get', 'built'))['image_reference']), /@/);
});

test('mistakes with jobs are told with what would be right', async (t) => {
  const bench = await openCommandBench(t);
  const create = ['job', 'create', '--name', 'report', '--image', IMAGE];
  await bench.fails(['job', 'create', '--name', 'report'], 'usage', /it needs an image or a source/);
  await bench.fails([...create, '--as', '2', '--ai', '1'], 'usage', /--array-size with --array-indexes/);
  await bench.fails([...create, '--array-size', '0'], 'usage', /it takes 1 or more/);
  await bench.fails([...create, '--mode', 'deamon'], 'usage', /Did you mean daemon\?/);
  await bench.fails([...create, '--mode', 'daemon', '--retrylimit', '1'], 'usage', /scale_retry_limit = 1: a daemon/);
  await bench.fails([...create, '--env-sec', 'none'], 'usage', /none/);
  await bench.must(...create, '--env-sec', 'none', '--force');
  await bench.fails(create, 'conflict', /name "report"|"report"/);
  await bench.fails(['job', 'update', 'report'], 'usage', /no option says what to change/);
  await bench.fails(['job', 'get', 'reprot'], 'not_found', /Did you mean "report"\?/);
  await bench.fails(['job', 'delete', '-n', 'report', '--orphan-job-runs'], 'usage', /not available yet/);
  await bench.fails(['job', 'create', '-n', 'x', '--src', 'https://git.example/x'], 'usage', /git repository/);
});

test('a job run is submitted, shown, listed, submitted again and deleted; its status is what the platform says', async (t) => {
  const bench = await openCommandBench(t);
  await bench.must('job', 'create', '-n', 'report', '-i', IMAGE, '--env', 'A=1', '--env', 'B=2');
  const first = (await bench.must('jobrun', 'submit', '--job', 'report', '--env', 'A=3', '--as', '3')).trim();
  assert.match(first, /^report-jobrun-\w{5}$/);
  const list = await bench.must('jr', 'list', '--job', 'report');
  assert.match(list, /^Name +Failed +Pending +Requested +Running +Succeeded +Unknown +Age\n/);
  assert.match(list, new RegExp(`\n${first} +0 +3 +3 +0 +0 +0 +\\d+s\n$`));
  const text = await bench.must('jobrun', 'get', first);
  assert.match(text, /\nJob Ref: +report\n/);
  assert.match(text, /JOP_ARRAY_SIZE Value: +3\n/);
  assert.match(text, /\nStatus:\n {2}Status: +Pending\n {2}Instance Statuses:\n {4}Pending: +3\n/);

  const rerun = [
    'jobrun',
    'resubmit',
    '--jobrun',
    first,
    '--name',
    'again',
    '--ai',
    '1',
    '--asvo',
    '3',
    '--env-rm',
    'B',
  ];
  await bench.must(...rerun);
  const again = await bench.read('jobrun', 'get', 'again');
  assert.deepEqual(
    [again['job_name'], again['scale_array_spec'], again['scale_array_size_variable_override']],
    ['report', '1', 3],
  );
  assert.match(await bench.must('job', 'list'), /report +\d+s +again +\d+s\n/);
  await bench.must('jobrun', 'submit', '--name', 'alone', '--image', IMAGE, '--mode', 'daemon');
  await bench.must('jobrun', 'delete', '--job', 'report', '--force');
  assert.deepEqual(
    ((await bench.read('jobrun', 'list'))['items'] as { name: string }[]).map(({ name }) => name),
    ['alone'],
  );
});

test('mistakes with job runs are told with what would be right', async (t) => {
  const bench = await openCommandBench(t);
  await bench.fails(['jobrun', 'submit', '--job', 'none'], 'not_found', /Cannot find job "none"/);
  await bench.fails(['jobrun', 'submit', '--name', 'x'], 'usage', /it needs a job or an image/);
  await bench.fails(['jobrun', 'resubmit', '--jobrun', 'none'], 'not_found', /Cannot find job run "none"/);
  await bench.fails(['jobrun', 'delete', '--name', 'x', '--job', 'y'], 'usage', /either --name or --job/);
  const waiting = ['jobrun', 'submit', '-n', 'slow', '-i', IMAGE, '--wait', '--wait-timeout', '0'];
  await bench.fails(waiting, 'timeout', /Cannot wait longer for job run "slow": it is pending after 0 s/);
  for (const verb of ['logs', 'events', 'restart'])
    await bench.fails(['jobrun', verb, '--jobrun', 'slow'], 'usage', /is not available yet/);
});
