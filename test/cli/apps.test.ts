/** `slipway app`, `revision`, `build`, `buildrun` and `project` over HTTP. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCommandBench } from './command-bench.ts';

const IMAGE = 'registry.example/fake/web:1';

test('an app is created, shown, listed, changed and deleted, and its revisions with it', async (t) => {
  const bench = await openCommandBench(t);
  const options = ['--image', IMAGE, '--env', 'A=1', '--min', '1', '--probe-live', 'type=http'];
  const url = await bench.must('app', 'create', '--name', 'web', ...options);
  assert.equal(url, 'http://web.shop.localhost:8080\n');
  const text = await bench.must('application', 'get', 'web');
  assert.match(
    text,
    /\nStatus Summary: +Application deployed successfully\n\nEnvironment Variables:\n {2}Type +Name +Value\n/,
  );
  assert.match(text, /\nConditions:\n {2}Type +OK +Age +Reason\n {2}ConfigurationsReady +true\n {2}Ready +true\n/);
  const list = await bench.must('app', 'list');
  assert.match(
    list,
    /^Name +Status +URL +Latest +Age +Conditions +Reason\nweb +Ready +http\S+ +web-00001 +\S+ +3 OK \/ 3\n$/,
  );

  await bench.must('app', 'update', 'web', '--env-rm', 'A', '--env', 'B=2', '--probe-live-clear', '--cl');
  const app = await bench.read('app', 'get', 'web');
  assert.deepEqual(app['run_env_variables'], [{ type: 'literal', name: 'B', value: '2' }]);
  assert.deepEqual([app['probe_liveness'], app['managed_domain_mappings']], [undefined, 'local']);
  const revisions = await bench.must('rev', 'list', '--app', 'web');
  assert.match(revisions, /\nweb-00002 +web +Ready +true +100% +\S+ +4 OK \/ 4\n/);
  assert.match(
    await bench.must('revision', 'get', 'web-00002'),
    /^Name: +web-00002\n[^]*\nStatus Summary: +Revision is ready\n/,
  );
  const events = await bench.must('revision', 'events', '--revision', 'web-00002');
  assert.match(events, /^Type +Reason +Age +Source +Messages\n/);
  assert.doesNotMatch(events, /web-00001/);
  assert.match(await bench.must('app', 'events', '--app', 'web'), /web-00001/);

  await bench.fails(['app', 'get', 'wbe'], 'not_found', /Did you mean "web"\?/);
  await bench.fails(['app', 'update', 'web', '--env-rm', 'A'], 'usage', /environment variable "A": there is none/);
  await bench.fails(['app', 'update', 'web'], 'usage', /no option says what to change/);
  await bench.fails(['app', 'update', 'web', '--mount-rm', '/x'], 'usage', /nothing is mounted there/);
  await bench.must('app', 'delete', 'web', '--force', '--wait');
  await bench.fails(['revision', 'get', 'web-00002'], 'not_found', /web/);
});

test('a build is created, shown, listed, changed, run and deleted', async (t) => {
  const bench = await openCommandBench(t);
  await writeFile(join(bench.folder, 'Dockerfile'), 'FROM slipway/node:24\n');
  const image = ['--image', '127.0.0.1:8781/shop/web'];
  await bench.must('build', 'create', '-n', 'web-build', '--build-type', 'local', ...image, '--size', 'small');
  await bench.must('build', 'update', 'web-build', '--timeout', '900', '--dockerfile', 'Dockerfile');
  const build = await bench.read('bd', 'get', 'web-build');
  assert.deepEqual([build['timeout'], build['strategy_size']], [900, 'small']);
  const run = (await bench.must('buildrun', 'submit', '--build', 'web-build', '--source', '.', '--wait')).trim();
  assert.match(
    await bench.must('build', 'list'),
    new RegExp(`\nweb-build +Succeeded +all validations .* ${run} +\\d+s\n$`),
  );
  assert.match(await bench.must('build', 'get', 'web-build'), /\nTimeout: +15m0s\n/);
  assert.match(await bench.must('br', 'get', run), /\nSummary: +Succeeded\n[^]*\nBuild Name: +web-build\n/);
  const events = await bench.must('buildrun', 'events', '--buildrun', run);
  assert.match(
    events,
    /^Type +Reason +Age +Source +Messages\nNormal +Completed +\d+s +step-prepare +prepare: succeeded/,
  );
  await bench.fails(['buildrun', 'cancel', run], 'conflict', /it has succeeded/);
  await bench.must('buildrun', 'delete', '--build', 'web-build', '-f');
  await bench.fails(['buildrun', 'get', run], 'not_found', /Cannot find build run/);
  await bench.fails(
    ['build', 'create', '-n', 'x', '--bt', 'git', ...image],
    'usage',
    /git repository is not available/,
  );
  await bench.must('build', 'delete', 'web-build', '-f');
});

test('a project is created, selected, shown, listed and deleted', async (t) => {
  const bench = await openCommandBench(t);
  await bench.must('project', 'create', '--name', 'other', '--no-select', '--tag', 'a');
  assert.match(
    await bench.must('proj', 'list'),
    /^Name +ID +Status +Selected +Tags +Region +Resource Group +Age\n[^]*\nother +\S+ +active +false +local +\S+ +\d+s\n/,
  );
  assert.deepEqual((await bench.read('project', 'list', '--regions', 'eu-de,us-south'))['items'], []);
  await bench.must('project', 'select', '-n', 'other');
  const text = await bench.must('project', 'get', '--name', 'other');
  assert.match(text, /^Name: +other\nID: +\S+\n[^]*\nSelected: +true\nRegion: +local\nResource Group: +\S+\n/);
  await bench.must('project', 'delete', 'other', '--force', '--hard');
  await bench.fails(['project', 'get', '--name', 'other'], 'not_found', /Cannot find project "other"/);
  await bench.fails(['project', 'get'], 'usage', /give --name or --id/);
});

test('a revision that is not there is deleted without a word only where that is asked for', async (t) => {
  const bench = await openCommandBench(t);
  for (const name of ['web-00007', 'none']) {
    const { code, out, err } = await bench.run('revision', 'delete', '--name', name, '--force', '--ignore-not-found');
    assert.deepEqual([code, out, err], [0, '', `There is no revision "${name}"\n`]);
  }
  await bench.fails(['revision', 'delete', '--name', 'web-00007', '--force'], 'not_found', /Cannot find/);
  await bench.fails(['revision', 'delete', '--name', 'none', '--force'], 'usage', /a name is like "web-00001"/);
});
