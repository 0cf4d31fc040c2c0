/** Every folder of examples/ is deployed, called as its example.json says, found in the logs, deployed again, deleted. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { textApp, writeFolder } from './app-folder.ts';
import { startPlatform, REPOSITORY_ROOT, type TestPlatform } from './platform.ts';
import { ask } from './requests.ts';
import { waitUntil } from './wait-until.ts';

interface Example {
  readonly requests: readonly {
    readonly path: string;
    readonly status: number;
    readonly body: string;
    readonly type?: string;
  }[];
  readonly logs: readonly string[];
}

const FOLDER = join(REPOSITORY_ROOT, 'examples');
const NAMES = readdirSync(FOLDER).toSorted();
let platform: TestPlatform;

before(async () => {
  platform = await startPlatform();
});
after(() => platform?.purge());

test('examples: there are some', () => {
  assert.ok(NAMES.length >= 4);
});

for (const name of NAMES) {
  test(`examples: ${name} is deployed and answers`, async () => {
    const example = JSON.parse(readFileSync(join(FOLDER, name, 'example.json'), 'utf8')) as Example;
    const url = await platform.deploy(join(FOLDER, name), name);
    for (const { path, status, body, type } of example.requests) {
      const answer = await ask(new URL(path, url).href);
      assert.equal(answer.status, status, `${path}: ${answer.body}`);
      assert.ok(answer.body.includes(body), `${path} answers ${answer.body}`);
      if (type !== undefined) assert.match(String(answer.headers['content-type']), new RegExp(`^${type}`));
    }
    for (const line of example.logs) {
      await waitUntil(`the logs of ${name} have "${line}"`, async () => {
        const { stdout } = await platform.must(['app', 'logs', '--name', name]);
        return stdout.includes(line);
      });
    }

    const again = await platform.must(['deploy', join(FOLDER, name), '--name', name]);
    assert.equal(again.stdout.trim(), url);
    assert.match(again.stderr, /reused|unchanged|nothing changed/i);
    assert.equal((await ask(url)).status, example.requests[0]?.status);
  });
}

test('examples: an app made from the image of another one answers the same', async () => {
  const { stdout } = await platform.must(['app', 'get', '--name', 'hello-python', '--output', 'json']);
  const { image_reference: image } = JSON.parse(stdout) as { image_reference: string };
  await platform.must(['app', 'create', '--name', 'copied', '--image', image]);
  const url = (await platform.must(['app', 'get', '--name', 'copied', '--output', 'url'])).stdout.trim();
  const answer = await ask(url);
  assert.match(answer.body, /Hello from Python/);
});

test('examples: a changed file is a new revision with the new answer at the same URL', async () => {
  const folder = join(platform.folder, 'changing');
  const url = await platform.deploy(await writeFolder(folder, textApp('first')), 'changing');
  assert.equal((await ask(url)).body, 'first');
  assert.equal(await platform.deploy(await writeFolder(folder, textApp('second')), 'changing'), url);
  await waitUntil('the new revision answers', async () => (await ask(url)).body === 'second');
});

test('examples: a deleted app is gone, and its host is unknown', async () => {
  const { stdout } = await platform.must(['app', 'get', '--name', 'hello-app', '--output', 'url']);
  await platform.must(['app', 'delete', '--name', 'hello-app', '--force', '--wait']);
  assert.notEqual((await platform.slipway(['app', 'get', '--name', 'hello-app'])).code, 0);
  await waitUntil('the host is unknown', async () => (await ask(stdout.trim())).status === 404);
});
