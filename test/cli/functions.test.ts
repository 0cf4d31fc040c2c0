/** `slipway function` over HTTP. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCommandBench } from './command-bench.ts';

const CODE = 'export const main = () => ({ body: "grüße" });\n';

test('a function is created from a file, shown, saved, listed, changed and deleted', async (t) => {
  const bench = await openCommandBench(t);
  await writeFile(join(bench.folder, 'main.js'), CODE);
  const options = ['--runtime', 'nodejs-22', '--inline-code', 'main.js', '--env', 'A=1', '--visibility', 'project'];
  const url = await bench.must('fn', 'create', '--name', 'greet', ...options);
  assert.match(url, /^http:\/\/greet\.\S+\n$/);
  const fn = await bench.read('function', 'get', 'greet');
  assert.equal(fn['code_reference'], `data:text/plain;base64,${Buffer.from(CODE).toString('base64')}`);
  assert.equal(fn['managed_domain_mappings'], 'local');
  const text = await bench.must('function', 'get', '-n', 'greet', '--save', 'copy.js');
  assert.match(text, /\nVisibility: +project\nURL: +http\S+\nInternal URL: +http\S+\nStatus: +Offline\n/);
  assert.match(text, /\nFunction Code:\n {2}Runtime: +nodejs-22\n {2}Inline Code: +\d+ bytes\n {2}Main: +main\(\)\n/);
  assert.equal(await readFile(join(bench.folder, 'copy.js'), 'utf8'), CODE);
  await bench.fails(['fn', 'get', 'greet', '--save', 'copy.js'], 'failure', /Cannot write file "copy\.js"/);

  assert.match(
    await bench.must('fn', 'list'),
    /^Name +Status +URL +CPU +Memory +Age\ngreet +Offline +http\S+ +1 +4G +\d+s/,
  );
  const bundle = ['--code-bundle', 'cr://registry.example/greet:2', '--env', 'B=2', '--cpu', '0.25', '-m', '1G'];
  await bench.must('fn', 'update', 'greet', ...bundle, '--met', '30');
  const changed = await bench.read('fn', 'get', 'greet');
  assert.equal(changed['code_reference'], 'cr://registry.example/greet:2');
  assert.deepEqual([changed['scale_max_execution_time'], changed['scale_memory_limit']], [30, '1G']);
  assert.equal((changed['run_env_variables'] as unknown[]).length, 2);
  await bench.fails(['fn', 'get', 'greet', '--save', 'new.js'], 'conflict', /it is in cr:\/\/registry\.example/);
  await bench.must('fn', 'delete', '--name', 'greet', '-f');
  assert.deepEqual((await bench.read('fn', 'list'))['items'], []);
});

test('runtimes are listed, those that are no longer kept up only when asked for', async (t) => {
  const bench = await openCommandBench(t);
  const text = await bench.must('function', 'runtimes');
  assert.match(text, /^Name +ID +Family +Default\n/);
  assert.match(text, /Node\.js 22 +nodejs-22 +nodejs +true\n/);
  assert.doesNotMatch(text, /nodejs-20/);
  assert.match(await bench.must('fn', 'runtimes', '--all'), /nodejs-20/);
});

test('inline code instead of a code bundle takes the secret of the bundle away', async (t) => {
  const bench = await openCommandBench(t);
  await writeFile(join(bench.folder, 'main.js'), CODE);
  await bench.must('registry', 'create', '-n', 'login', '-s', 'registry.example', '-u', 'me', '-p', 'geheim');
  const bundle = ['--cb', 'cr://registry.example/greet:1', '--cbs', 'login'];
  await bench.must('fn', 'create', '-n', 'greet', '-r', 'nodejs-24', ...bundle);
  assert.equal((await bench.read('fn', 'get', 'greet'))['code_secret'], 'login');
  await bench.must('fn', 'update', 'greet', '--inline-code', 'main.js');
  assert.equal((await bench.read('fn', 'get', 'greet'))['code_secret'], undefined);
});

test('mistakes with functions are told with what would be right', async (t) => {
  const bench = await openCommandBench(t);
  await writeFile(join(bench.folder, 'main.js'), CODE);
  const create = ['fn', 'create', '-n', 'greet', '-r', 'nodejs-22'];
  await bench.fails(create, 'usage', /function "greet": it needs code/);
  await bench.fails([...create, '--inline-code', 'none.js'], 'failure', /Cannot read file "none\.js"/);
  await bench.fails([...create, '--inline-code', 'main.js', '--cb', 'cr://x'], 'usage', /one of them/);
  await bench.fails([...create, '--build-source', '.'], 'usage', /not available yet.*\n.*--inline-code FILE/);
  await bench.fails([...create, '--cb', 'registry.example/greet'], 'usage', /code_reference/);
  await bench.fails(
    ['fn', 'create', '-n', 'greet', '-r', 'cobol', '--inline-code', 'main.js'],
    'usage',
    /runtime = "cobol"/,
  );
  await bench.fails(['fn', 'create', '-n', 'greet', '--inline-code', 'main.js'], 'usage', /--runtime is missing/);
  await bench.fails(['fn', 'get', 'greet'], 'not_found', /Cannot find function "greet"/);
  await bench.fails(['fn', 'update', 'greet'], 'not_found', /Cannot find function "greet"/);
});
