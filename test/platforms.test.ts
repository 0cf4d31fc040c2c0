/** Two platforms on one machine do not meet, and two people who start the same one get one. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { textApp, writeFolder } from './app-folder.ts';
import { startPlatform } from './platform.ts';
import { ask } from './requests.ts';

test('platforms: two side by side have apps of the same name and never each other’s', async () => {
  await using first = await startPlatform();
  await using second = await startPlatform();
  const one = await first.deploy(await writeFolder(join(first.folder, 'web'), textApp('one')), 'web');
  const two = await second.deploy(await writeFolder(join(second.folder, 'web'), textApp('two')), 'web');
  assert.notEqual(one, two);
  assert.equal((await ask(one)).body, 'one');
  assert.equal((await ask(two)).body, 'two');
  assert.equal((await ask(first.urlOf(new URL(two).hostname))).status === 200, false);

  await second.purge();
  assert.equal((await ask(one)).body, 'one');
});

test('platforms: two "up" at once are one platform', async () => {
  await using platform = await startPlatform();
  await platform.must(['down']);
  const results = await Promise.all([platform.slipway(['up']), platform.slipway(['up'])]);
  assert.deepEqual(
    results.map(({ code }) => code),
    [0, 0],
    results.map(({ stderr }) => stderr).join('\n'),
  );
  const url = await platform.deploy(await writeFolder(join(platform.folder, 'web'), textApp('here')), 'web');
  assert.equal((await ask(url)).body, 'here');
});

test('platforms: "down" keeps the apps, "up" serves them again', async () => {
  await using platform = await startPlatform();
  const url = await platform.deploy(await writeFolder(join(platform.folder, 'web'), textApp('kept')), 'web');
  await platform.must(['down']);
  await assert.rejects(ask(url));
  await platform.must(['up']);
  assert.equal((await ask(url)).body, 'kept');
});
