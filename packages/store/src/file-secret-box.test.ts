import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openFileSecretBox } from './file-secret-box.ts';

async function keyFileFor(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-keys-'));
  t.after(() => rm(dir, { recursive: true }));
  return join(dir, 'state', 'data-keys.json');
}

test('what is sealed shows nothing of its text, differs each time, and opens after a restart', async (t) => {
  const path = await keyFileFor(t);
  const box = await openFileSecretBox({ path });
  const [one, other] = [box.seal('hunter2 ☃', 'secret/1'), box.seal('hunter2 ☃', 'secret/1')];
  assert.notEqual(one.text, other.text);
  assert.doesNotMatch(Buffer.from(one.text, 'base64url').toString('latin1'), /hunter2/);
  const again = await openFileSecretBox({ path });
  assert.equal(again.open(one, 'secret/1'), 'hunter2 ☃');
  assert.equal(again.open(again.seal('', 'x'), 'x'), '');
});

test('the file of the keys is for its owner alone, and made once by starters of the same moment', async (t) => {
  const path = await keyFileFor(t);
  const boxes = await Promise.all([openFileSecretBox({ path }), openFileSecretBox({ path })]);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal(boxes[1].open(boxes[0].seal('a', 'x'), 'x'), 'a');
  assert.deepEqual(await readdir(join(path, '..')), ['data-keys.json']);
});

test('a sealed value that was moved, changed or cut short does not open', async (t) => {
  const box = await openFileSecretBox({ path: await keyFileFor(t) });
  const sealed = box.seal('hunter2', 'secret/1');
  assert.throws(() => box.open(sealed, 'secret/2'), /not what was sealed there/);
  const bytes = Buffer.from(sealed.text, 'base64url');
  bytes[14] = (bytes[14] ?? 0) ^ 1;
  assert.throws(() => box.open({ ...sealed, text: bytes.toString('base64url') }, 'secret/1'), /not what was sealed/);
  assert.throws(() => box.open({ ...sealed, text: 'AAAA' }, 'secret/1'), /cut short/);
});

test('a new active key seals, and the old one still opens what it sealed', async (t) => {
  const path = await keyFileFor(t);
  const old = (await openFileSecretBox({ path })).seal('before', 'x');
  const file = JSON.parse(await readFile(path, 'utf8')) as { active: string; keys: Record<string, string> };
  const keys = { ...file.keys, 'k-new': Buffer.alloc(32, 7).toString('base64') };
  await writeFile(path, JSON.stringify({ active: 'k-new', keys }));
  const box = await openFileSecretBox({ path });
  assert.equal(box.seal('after', 'x').keyId, 'k-new');
  assert.equal(box.open(old, 'x'), 'before');
});

test('a lost or damaged file of keys is said as it is, and never replaced', async (t) => {
  const path = await keyFileFor(t);
  const sealed = (await openFileSecretBox({ path })).seal('a', 'x');
  for (const text of ['', '{', 'null', '{"active":"a","keys":{}}', '{"active":"a","keys":{"a":"AAAA"}}']) {
    await writeFile(path, text);
    await assert.rejects(openFileSecretBox({ path }), /Restore the file from a backup/);
    assert.equal(await readFile(path, 'utf8'), text);
  }
  await rm(path);
  const other = await openFileSecretBox({ path });
  assert.throws(() => other.open(sealed, 'x'), /is not in .*data-keys\.json\. Restore that file/);
});

test('a new key seals once it is on disk, and what older keys sealed opens until they are forgotten', async (t) => {
  const path = await keyFileFor(t);
  const box = await openFileSecretBox({ path });
  const [old, oldId] = [box.seal('a', 'x'), box.activeKeyId];
  await box.takeNewKey();
  const fresh = box.seal('b', 'x');
  assert.notEqual(fresh.keyId, oldId);
  const again = await openFileSecretBox({ path });
  assert.deepEqual([again.open(old, 'x'), again.open(fresh, 'x'), again.keyIds.length], ['a', 'b', 2]);
  await again.forgetKeys([oldId, again.activeKeyId]);
  assert.deepEqual(again.keyIds, [fresh.keyId]);
  assert.equal(again.open(old, 'x'), 'a', 'a value that was read a moment ago does not open any more');
  const last = await openFileSecretBox({ path });
  assert.equal(last.open(fresh, 'x'), 'b');
  assert.throws(() => last.open(old, 'x'), new RegExp(`key "${oldId}" is not in .*Restore that file`));
  assert.deepEqual(await readdir(join(path, '..')), ['data-keys.json']);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});
