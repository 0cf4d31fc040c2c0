/** Declarations through the command line: diff, apply, prune, export, and what goes wrong. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCommandBench, type CommandBench } from './command-bench.ts';

const IMAGE = 'registry.example/fake/good:1';

const SHOP = `
config_maps:
  settings:
    data:
      GREETING: hello
      banner.txt: {file: banner.txt}
secrets:
  tokens:
    data:
      TOKEN: {env: SHOP_TOKEN}
  cos:
    format: service_access
    service_access: {service_instance: {id: one}}
apps:
  web:
    image_reference: ${IMAGE}
    scale_min_instances: 0
    scale_cpu_limit: 500m
    scale_memory_limit: 2G
    run_volume_mounts:
      - {type: config_map, reference: settings, mount_path: /etc/shop}
    env:
      COLOUR: blue
      TOKEN: {secret: tokens}
jobs:
  nightly:
    image_reference: ${IMAGE}
    scale_array_spec: 0-2
functions:
  hello:
    runtime: nodejs-22
    code: hello.js
bindings:
  - {component: job/nightly, prefix: COS, secret_name: cos}
subscriptions:
  timer: {type: cron, component: app/web, cron_schedule: '0 * * * *'}
allowed_outbound_destinations:
  database: {type: cidr_block, cidr_block: 10.0.2.0/24}
builds:
  recipe: {output_image: "127.0.0.1:8781/shop/web:1", strategy_type: dockerfile, source_type: local}
`;

async function write(bench: CommandBench, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(bench.folder, path, '..'), { recursive: true });
    await writeFile(join(bench.folder, path), text);
  }
}

async function openShop(t: Parameters<typeof openCommandBench>[0]): Promise<CommandBench> {
  const bench = await openCommandBench(t);
  Object.assign(bench.env, { SHOP_TOKEN: 'hunter2' });
  await write(bench, {
    'slipway.yaml': SHOP,
    'banner.txt': 'welcome\n',
    'hello.js': 'export function main() { return { body: "hi" }; }\n',
  });
  return bench;
}

test('apply makes everything that is declared, and applied twice changes nothing', async (t) => {
  const bench = await openShop(t);
  const before = await bench.run('diff');
  assert.equal(before.code, 1, before.err);
  assert.match(before.out, /^\+ app "web" is created$/m);
  assert.match(before.out, /^\+ {3}scale_cpu_limit: 500m$/m);
  assert.match(before.out, /^\+ {3}data\.TOKEN: \(secret\)$/m);
  assert.doesNotMatch(before.out, /hunter2/);
  const dry = await bench.must('apply', '--dry-run');
  assert.equal(dry, before.out);
  assert.equal((await bench.client.listApps({ params: { project_id: bench.projectId } })).apps.length, 0);

  const first = await bench.must('apply');
  const order = first.trim().split('\n');
  assert.equal(order.length, 10, first);
  assert.ok(order.indexOf('created secret "tokens"') < order.indexOf('created app "web"'));
  assert.ok(order.indexOf('created job "nightly"') < order.indexOf('created binding "job/nightly/COS"'));
  const app = await bench.read('app', 'get', 'web');
  const after = await bench.run('diff');
  assert.deepEqual([after.code, after.out, after.err], [0, '', 'There is no difference\n']);
  const second = await bench.must('apply');
  assert.ok(
    second.split('\n').every((line) => line === '' || line.startsWith('unchanged ')),
    second,
  );
  assert.equal((await bench.read('app', 'get', 'web'))['entity_tag'], app['entity_tag']);
  const document = JSON.parse(await bench.must('apply', '-o', 'json')) as { results: { state: string }[] };
  assert.deepEqual([...new Set(document.results.map(({ state }) => state))], ['unchanged']);
});

test('apply changes what is declared, leaves the rest, and takes back what is no longer declared', async (t) => {
  const bench = await openShop(t);
  await bench.must('apply');
  await bench.must('app', 'update', 'web', '--max-scale', '7');
  await write(bench, {
    'slipway.yaml': SHOP.replace('    scale_cpu_limit: 500m\n    scale_memory_limit: 2G\n', '').replace('blue', 'red'),
  });
  const { out } = await bench.run('diff');
  assert.match(out, /^~ app "web" is changed$/m);
  assert.match(out, /^- {3}scale_cpu_limit: "?(0\.5|500m)"?$/m);
  assert.match(out, /^\+ {3}scale_cpu_limit: \(its default\)$/m);
  assert.doesNotMatch(out, /scale_max_instances/);
  assert.match(await bench.must('apply'), /^updated app "web"$/m);
  const app = await bench.read('app', 'get', 'web');
  assert.deepEqual([app['scale_cpu_limit'], app['scale_max_instances']], ['1', 7]);
  assert.equal((await bench.run('diff')).code, 0);
});

test('prune deletes what apply made and nothing else', async (t) => {
  const bench = await openShop(t);
  await bench.must('configmap', 'create', '--name', 'settings', '--from-literal', 'GREETING=before');
  await bench.must('configmap', 'create', '--name', 'mine', '--from-literal', 'A=b');
  await bench.must('apply');
  await write(bench, { 'slipway.yaml': `config_maps: {other: {data: {A: b}}}\n` });
  const kept = await bench.run('apply');
  assert.equal(kept.code, 0, kept.err);
  assert.match(kept.err, /No longer declared: app "web"; --prune deletes it/);
  await write(bench, { 'second/a.yaml': `apps: {web: {image_reference: "${IMAGE}"}}\n` });
  await bench.must('apply', '-f', 'second', '--set', 'second');
  const pruned = await bench.must('apply', '--prune');
  assert.match(pruned, /^deleted binding .*\n(deleted .*\n)*deleted secret "tokens"$/m);
  assert.doesNotMatch(pruned, /deleted app "web"/, 'another set declares it');
  assert.doesNotMatch(pruned, /settings|mine/, 'these were there before');
  const left = await bench.client.listConfigMaps({ params: { project_id: bench.projectId } });
  assert.deepEqual(
    left.config_maps.map(({ name }) => name),
    ['mine', 'other', 'settings'],
  );
  await write(bench, { 'slipway.yaml': 'config_maps: {}\n' });
  assert.equal(await bench.must('apply', '--prune'), 'deleted config map "other"\n');
  const { applied_sets: sets } = await bench.client.listAppliedSets({ params: { project_id: bench.projectId } });
  assert.deepEqual(
    sets.map(({ name }) => name),
    ['second'],
  );
});

test('export, applied to another project, makes the same there', async (t) => {
  const bench = await openShop(t);
  await bench.must('apply');
  const { code: exportCode, out: exported, err } = await bench.run('export');
  assert.equal(exportCode, 0);
  assert.match(err, /images that this project alone may use: build "recipe"/);
  assert.match(exported, /TOKEN:\n +env: TOKENS_TOKEN\n/);
  assert.doesNotMatch(exported, /hunter2/);
  await bench.client.createProject({ body: { name: 'other' } });
  const whole = await bench.must('export', '--secret-values');
  await write(bench, { 'exported.yaml': whole.replace('/shop/web:1', '/other/web:1') });
  await bench.must('apply', '-f', 'exported.yaml', '--project', 'other');
  const { code, out } = await bench.run('diff', '-f', 'exported.yaml', '--project', 'other');
  assert.deepEqual([code, out], [0, '']);
  await write(bench, { 'again.yaml': await bench.must('export', '--secret-values', '--project', 'other') });
  assert.match(
    (await bench.run('diff', '-f', 'again.yaml')).out,
    /^~ build "recipe" is changed\n- .*shop.*\n\+ .*other.*\n$/,
  );
  Object.assign(bench.env, { TOKENS_TOKEN: 'hunter2' });
  await write(bench, { 'variables.yaml': exported });
  assert.equal((await bench.run('diff', '-f', 'variables.yaml')).code, 0);
});

test('when something fails its kind is finished, later kinds are not begun, and it is told what was done', async (t) => {
  const bench = await openShop(t);
  const broken = SHOP.replace('apps:\n', `apps:\n  bad:\n    image_reference: ${IMAGE}\n    image_secret: missing\n`);
  await write(bench, { 'slipway.yaml': broken });
  const { code, out, err } = await bench.run('apply');
  assert.notEqual(code, 0);
  assert.match(err, /Cannot apply everything: 1 failed, \d+ not begun, \d+ done/);
  assert.match(err, /failed app "bad": Cannot .*missing/);
  assert.match(err, /not begun: .*job "nightly"/);
  assert.match(out, /^created app "web"$/m);
  assert.match(out, /^not begun subscription "timer"$/m);
  await write(bench, { 'slipway.yaml': SHOP });
  assert.match(await bench.must('apply'), /^unchanged app "web"\ncreated job "nightly"$/m);
});

test('Ctrl-C lets the change under way end, begins no other, and tells what was done and what was not', async (t) => {
  const bench = await openShop(t);
  const { code, out, err } = await bench.type(['apply'], { interruptAt: /^created config map/ });
  assert.equal(code, 130, err);
  assert.match(out, /^created config map "settings"\nnot begun secret "cos"\n(not begun .*\n)+$/);
  assert.match(err, /Interrupted: 1 done, 9 not begun\n {2}not begun: secret "cos", .*, subscription "timer"\n/);
  assert.match(err, /Go on: slipway apply; what is done stays as it is/);
  const waiting = await bench.type(['apply', '-o', 'json'], { interruptAt: /Start the app/ });
  assert.equal(waiting.code, 130, waiting.err);
  const { results } = JSON.parse(waiting.out) as { results: readonly { kind: string; state: string }[] };
  const states = results.map(({ kind, state }) => `${kind} ${state}`);
  assert.deepEqual(states.slice(4, 7), ['build created', 'app created', 'job not begun']);
  assert.match(waiting.err, /Interrupted: 6 done, 4 not begun\n {2}done and not waited for: app "web"\n/);
  assert.match(await bench.must('apply'), /^unchanged app "web"\ncreated job "nightly"\n/m);
  await write(bench, { 'slipway.yaml': 'config_maps: {}\n' });
  assert.match(await bench.must('apply', '--prune'), /^deleted config map "settings"$/m, 'it is known as made here');
});

test('Ctrl-C while an image is built leaves its app as it was and names the build that goes on', async (t) => {
  const bench = await openCommandBench(t);
  await write(bench, { 'site/index.html': 'hi', 'slipway.yaml': 'apps: {web: {build: site}, zoo: {build: site}}\n' });
  bench.builder.hold();
  const { code, out, err } = await bench.type(['apply'], { interruptAt: /preparing|prepare|Build the image/ });
  bench.builder.release();
  assert.equal(code, 130, err);
  assert.equal(out, 'interrupted app "web"\nnot begun app "zoo"\n');
  assert.match(
    err,
    /Interrupted: 0 done, 1 being built, 1 not begun\n {2}being built: app "web", which stays as it is\n/,
  );
  const [, run = ''] = /Watch the build: slipway buildrun logs --follow --name (\S+)/.exec(err) ?? [];
  assert.match(await bench.must('buildrun', 'logs', '--follow', '--name', run), /built sha256/);
  assert.equal((await bench.client.listApps({ params: { project_id: bench.projectId } })).apps.length, 0);
});

test('a Reader compares and exports what a Reader sees, and is told what is hidden', async (t) => {
  const bench = await openShop(t);
  await bench.must('apply');
  const params = { project_id: bench.projectId, id: 'anna' };
  await bench.client.setMember({ params, body: { role: 'reader' } });
  const { apikey } = await bench.client.createApiKey({ body: { name: 'laptop', owner: 'anna' } });
  const as = bench.clientWith(apikey);
  delete bench.env['SHOP_TOKEN'];
  const hidden = 'Values of secrets and config maps are hidden from the role Reader: ';
  const same = await bench.type(['diff'], { as });
  assert.deepEqual([same.code, same.out], [0, ''], same.err);
  assert.equal(same.err, `${hidden}only their keys were compared\nThere is no difference\n`);

  await write(bench, { 'slipway.yaml': SHOP.replace('GREETING: hello', 'FAREWELL: bye') });
  const { code, out } = await bench.type(['diff'], { as });
  assert.equal(code, 1);
  assert.equal(out, '~ config map "settings" is changed\n+   data.FAREWELL: bye\n-   data.GREETING: (hidden)\n');

  const exported = await bench.type(['export'], { as });
  assert.equal(exported.code, 0, exported.err);
  assert.ok(exported.err.endsWith(`${hidden}each is named by a variable\n`), exported.err);
  assert.match(exported.out, /GREETING:\n +env: SETTINGS_GREETING\n/);
  assert.doesNotMatch(exported.out, /REDACTED/);
  const whole = await bench.type(['export', '--secret-values'], { as });
  assert.equal(whole.code, 4);
  assert.match(whole.err, /Cannot export the values of secrets: they are hidden from the role Reader/);
});

test('mistakes are told with file, line, field, value, rule and fix', async (t) => {
  const bench = await openShop(t);
  const cases: readonly (readonly [string, RegExp])[] = [
    [
      'apps: {web: {image_reference: a, scale_min_instances: x}}',
      /slipway\.yaml line 1: apps\.web\.scale_min_instances = "x": it takes a whole number/,
    ],
    ['apps:\n  web:\n    image_reference: a\n    scale_min: 1', /line 4: apps\.web\.scale_min: there is no such field/],
    ['apps:\n  web:\n    imagereference: a', /line 3: .*Did you mean "image_reference"\?/],
    ['apps:\n  web:\n    scale_min_instances: 1', /line 2: apps\.web: it takes one of image_reference, build/],
    ['app: {}', /line 1: app: there is no such field[^]*Did you mean "apps"\?/],
    [
      'config_maps:\n  a:\n    data:\n      PORT: 8080',
      /line 4: config_maps\.a\.data\.PORT = 8080: it takes a text\n {2}Write it in quotes: "8080"/,
    ],
    ['config_maps:\n  A_b: {}', /line 2: config_maps\.A_b: its name: allowed are lower-case/],
    ['secrets: {s: {data: {A: {env: NOT_SET_HERE}}}}', /secrets\.s\.data\.A: the variable NOT_SET_HERE is not set/],
    ['secrets: {s: {data: {A: {file: no.txt}}}}', /the file "no\.txt" cannot be read/],
    [
      'secrets: {s: {data: {A: {fil: no.txt}}}}',
      /it takes a text, or one of file, env, stdin below it[^]*Did you mean "file"\?/,
    ],
    [
      'subscriptions: {s: {type: corn, component: app/web}}',
      /s\.type = "corn": allowed are cron, kafka, cos\n {2}Did you mean cron\?/,
    ],
    [
      'subscriptions: {s: {type: cron, component: web}}',
      /s\.component = "web": it must match[^]*For instance: app\/web/,
    ],
    ['apps: [', /line 1: it is no YAML: /],
    ['apps: {}\napps: {}', /line 2: it is no YAML: Map keys must be unique/],
    [
      'config_maps: {a: {data: {}}}\n---\nconfig_maps: {a: {data: {}}}',
      /line 3: config_maps\.a: it is declared already, in slipway\.yaml line 1/,
    ],
    [
      'apps: {web: {image_reference: a, scale_min_instances: -1, scale_max_instances: x}}',
      /it has 2 mistakes\n {2}slipway/,
    ],
  ];
  for (const [text, message] of cases) {
    await write(bench, { 'slipway.yaml': text });
    await bench.fails(['diff'], 'usage', message);
  }
  await write(bench, { 'slipway.yaml': 'secrets: {s: {data: {A: 12345}}}' });
  const { err } = await bench.run('diff');
  assert.doesNotMatch(err, /12345/, 'a value of a secret is never shown');
  await bench.fails(
    ['diff', '-f', 'nowhere.yaml'],
    'usage',
    /Cannot read declaration "nowhere\.yaml": it does not exist/,
  );
  await write(bench, { 'slipway.yaml': '' });
  await bench.fails(['apply', '--set', 'No Name'], 'usage', /Cannot use --set "No Name": allowed are lower-case/);
  await mkdir(join(bench.folder, 'empty'));
  await bench.fails(['diff', '-f', 'empty'], 'usage', /it holds no \.yaml, \.yml or \.json file/);
});
