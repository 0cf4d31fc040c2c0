/** Two platforms on one machine do not meet, and two people who start the same one get one. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { siteOf, writeFolder } from './app-folder.ts';
import { startPlatform, type TestPlatform } from './platform.ts';
import { ask } from './requests.ts';

let first: TestPlatform;
let second: TestPlatform;
let url: string;

before(async () => {
  first = await startPlatform();
  second = await startPlatform();
  url = await first.deploy(await writeFolder(join(first.folder, 'web'), siteOf('one')), 'web');
});
after(async () => {
  // The second was started later, so it goes first: its picture of the machine has the first in it.
  await second?.purge();
  await first?.purge();
});

test('platforms: apps of the same name answer on their own platform, and nowhere else', async () => {
  const other = await second.deploy(await writeFolder(join(second.folder, 'web'), siteOf('two')), 'web');
  assert.notEqual(url, other);
  assert.match((await ask(url)).body, /one/);
  assert.match((await ask(other)).body, /two/);
  const alone = await second.deploy(join(second.folder, 'web'), 'alone');
  assert.equal((await ask(first.urlOf(new URL(alone).hostname))).status, 404);
});

test('platforms: one that is removed leaves the other untouched', async () => {
  await second.purge();
  assert.match((await ask(url)).body, /one/);
});

test('platforms: "down" keeps the apps, and two "up" at once bring back one platform', async () => {
  await first.must(['down']);
  await assert.rejects(ask(url));
  // It was told once: told again, it would have ended where it was.
  const log = await readFile(join(first.config.stateDir, 'logs', 'slipwayd.log'), 'utf8');
  assert.match(log.trimEnd().split('\n').at(-1) ?? '', /"Stopped"/);
  const results = await Promise.all([first.slipway(['up']), first.slipway(['up'])]);
  assert.deepEqual(
    results.map(({ code }) => code),
    [0, 0],
    results.map(({ stderr }) => stderr).join('\n'),
  );
  assert.match((await ask(url)).body, /one/);
});
