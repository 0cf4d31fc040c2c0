import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBuildLab } from './testing/build-lab.ts';
import { enterPrivateMounts } from './testing/private-mounts.ts';

enterPrivateMounts(import.meta.filename);

test('a Dockerfile becomes an image, and the same source again is reused without a build', async () => {
  await using lab = await openBuildLab();
  const dockerfile = 'FROM slipway/base\nCOPY hello.txt /\nRUN cat /hello.txt\nCMD ["cat","/hello.txt"]\n';
  const build = await lab.build({ Dockerfile: dockerfile, 'hello.txt': 'hi there\n' }, { strategy: 'dockerfile' });
  const first = await lab.run(build);
  assert.equal(first.outcome.ok, true, first.log);
  assert.match(first.log, /^hi there$/m);
  const again = await lab.run({ ...build, buildRunName: 'again' });
  assert.deepEqual(again.outcome, { ...first.outcome, reused: true });
  assert.deepEqual(again.steps, []);
});

test('a Node.js app gets its dependencies installed, and a changed file does not install them again', async () => {
  await using lab = await openBuildLab();
  const files = {
    'package.json': JSON.stringify({ dependencies: { 'is-number': '7.0.0' }, scripts: { start: 'node server.js' } }),
    'server.js': "require('is-number'); console.log('one')",
  };
  const first = await lab.run(await lab.build(files));
  assert.equal(first.outcome.ok, true, first.log);
  console.log(
    first.durationMs,
    first.steps.filter((s) => s.durationMs),
    first.log,
  );
  const second = await lab.run(await lab.build({ ...files, 'server.js': "console.log('two')" }));
  assert.equal(second.outcome.ok, true, second.log);
  console.log(
    second.durationMs,
    second.steps.filter((s) => s.durationMs),
    second.log,
  );
});
