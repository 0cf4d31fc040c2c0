/** What completion scripts are told, and what is suggested: commands, options, values and the names of what is there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCommandBench } from './command-bench.ts';

const IMAGE = 'registry.example/fake/good:1';

test('what may stand at the cursor is told by what stands before it', async (t) => {
  const bench = await openCommandBench(t);
  await bench.must('app', 'create', 'web', '--image', IMAGE, '--min-scale', '0');
  await bench.must('app', 'create', 'worker', '--image', IMAGE, '--min-scale', '0');
  await bench.must('job', 'create', 'nightly', '--image', IMAGE);
  await bench.must('secret', 'create', 'tokens', '--from-literal', 'A=b');
  await bench.client.createProject({ body: { name: 'empty' } });
  const words = async (...typed: readonly string[]): Promise<readonly string[]> =>
    (await bench.must('__complete', '--', ...typed)).split('\n').flatMap((line) => line.split('\t')[0] || []);

  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['depl'], ['deploy']],
    [['conn', 'outbound', 'de'], ['delete']],
    [
      ['conn', ''],
      ['outbound', 'subnetpool'],
    ],
    [['app', 'create', '--visi'], ['--visibility']],
    [
      ['app', 'create', '--visibility', 'p'],
      ['public', 'private', 'project'],
    ],
    [['app', 'create', '--visibility=pub'], ['--visibility=public']],
    [
      ['app', 'get', 'w'],
      ['web', 'worker'],
    ],
    [['app', 'get', '--name', 'we'], ['web']],
    [
      ['app', 'get', 'web', '--output', 'json'],
      ['json', 'jsonpath=', 'jsonpath-as-json='],
    ],
    [['rev', 'get', 'web'], ['web-00001']],
    [['jobrun', 'submit', '--job', ''], ['nightly']],
    [['app', 'update', 'web', '--env-from-secret', 't'], ['tokens']],
    [['app', 'get', '--project', 'em'], ['empty']],
    [['app', 'get', '--project', 'empty', ''], []],
    [['open', 'wo'], ['worker']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['deploy', ''], [':files']],
    [['apply', '-f', ''], [':files']],
    [['app', 'create', ''], []],
    [['no', 'such', ''], []],
    [
      ['app', 'get', '--no-such', ''],
      ['web', 'worker'],
    ],
  ];
  for (const [typed, expected] of cases) assert.deepEqual(await words(...typed), expected, typed.join(' '));
  const given = await words('app', 'list', '--sort-by', 'name', '--');
  assert.ok(given.includes('--output') && !given.includes('--sort-by'), 'an option that is given is not offered again');
  assert.ok(
    !(await words('app', 'create', '--')).some((word) => word.includes('mount-data-store')),
    'nor one that is not there yet',
  );
});

test('open prints the URL of an app, of the only one without a name, and says which there are none of', async (t) => {
  const bench = await openCommandBench(t);
  await bench.fails(
    ['open'],
    'usage',
    /Cannot tell which app to open: there is none\n {2}Make one: slipway deploy FOLDER/,
  );
  await bench.must('app', 'create', 'web', '--image', IMAGE, '--min-scale', '0');
  const url = await bench.must('open');
  assert.match(url, /^https?:\/\/web\.\S+\n$/);
  assert.equal(await bench.must('open', 'web', '--print'), url);
  await bench.fails(['open', 'wbe'], 'not_found', /Cannot find app "wbe"\n {2}Did you mean "web"\?/);
  await bench.must('app', 'create', 'inside', '--image', IMAGE, '--min-scale', '0', '--visibility', 'project');
  await bench.fails(['open', 'inside'], 'failure', /it has no public URL\n {2}Give it one/);
  await bench.fails(['open'], 'usage', /there are several/);
});

test('what worked ends with what may come next, and --quiet with nothing', async (t) => {
  const bench = await openCommandBench(t);
  const loud = await bench.run('configmap', 'create', 'colours', '--from-literal', 'A=b');
  assert.match(loud.err, /Next:\n {2}slipway app update --name APP --env-from-configmap colours\n/);
  const elsewhere = await bench.run('cm', 'create', 'sizes', '--from-literal', 'A=b', '--project', 'shop');
  assert.match(elsewhere.err, /--env-from-configmap sizes --project shop\n/);
  const quiet = await bench.run('configmap', 'create', 'shapes', '--from-literal', 'A=b', '--quiet');
  assert.equal(quiet.err, '');
});
