import assert from 'node:assert/strict';
import { lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readImageParts } from '@slipway/images';
import { MOUNT_FLAGS, mountFileSystem, unmount } from '@slipway/kernel';
import { openBuildLab } from '../testing/build-lab.ts';
import { enterPrivateMounts } from '../testing/private-mounts.ts';

enterPrivateMounts(import.meta.filename);

const recorded: string[] = [];
const lab = await openBuildLab({
  recordDigest: (reference, imageId) => Promise.resolve(void recorded.push(`${reference} ${imageId}`)),
});
test.after(() => lab[Symbol.asyncDispose]());

type Files = Readonly<Record<string, string>>;

async function built(dockerfile: string, files: Files) {
  const run = await lab.run(await lab.build({ ...files, Dockerfile: dockerfile }, { strategy: 'dockerfile' }));
  assert.equal(run.outcome.ok, true, run.log);
  const parts = await readImageParts(lab.storage, lab.pushedImageId());
  assert.ok(parts);
  // buildah tells its steps by number; nothing else does.
  return { parts, log: run.log, isWhole: run.log.includes(': COPY ') };
}

type Built = Awaited<ReturnType<typeof built>>;

/** An instruction that is buildah's at the end makes all of them buildah's. */
const builtByBuildah = (dockerfile: string, files: Files) => built(`${dockerfile}STOPSIGNAL SIGTERM\n`, files);

/** Every file with kind, mode, owners, time and content. */
async function treeOf({ parts }: Built): Promise<readonly string[]> {
  const target = join(lab.dir, 'looked-at');
  await mkdir(target, { recursive: true });
  const empty = join(lab.dir, 'empty');
  await mkdir(empty, { recursive: true });
  const lower = [...parts.layers.map(({ dir }) => dir).toReversed(), empty].join(':');
  const flags = MOUNT_FLAGS.readonly;
  mountFileSystem({ source: 'overlay', target, type: 'overlay', flags, options: `lowerdir=${lower}` });
  try {
    const names = (await readdir(target, { recursive: true })).toSorted();
    return await Promise.all(
      names.filter((name) => !/^(?:usr|lib|lib64)\b/.test(name)).map((name) => line(target, name)),
    );
  } finally {
    unmount(target);
  }
}

async function line(root: string, name: string): Promise<string> {
  const path = join(root, name);
  const info = await lstat(path);
  const content = info.isFile() ? await readFile(path, 'utf8') : info.isSymbolicLink() ? await readlink(path) : '';
  // A time is compared where a step gave it; of folders that were there it is when buildah came by.
  return [name, info.mode.toString(8), info.uid, info.gid, content.slice(0, 40)].join(' ');
}

function settingsOf({ parts }: Built): Readonly<Record<string, unknown>> {
  const { Labels, StopSignal: _signal, ...rest } = parts.config.config;
  const { 'dev.slipway.source.sha256': source, ...labels } = Labels ?? {};
  assert.match(source ?? '', /^[0-9a-f]{64}$/);
  return { ...rest, labels, architecture: parts.config.architecture, os: parts.config.os };
}

const FILES: Files = {
  'a.txt': 'a',
  'b.txt': 'b',
  'dir/one.txt': 'one',
  'dir/deep/two.txt': 'two',
  'sub/left/out.log': 'log',
  'node_modules/x/index.js': 'x',
  '.env': 'secret',
};

const ALIKE: Readonly<Record<string, readonly [dockerfile: string, files?: Files]>> = {
  'files and folders on nothing': [
    'FROM scratch\nEXPOSE 8080\nCOPY a.txt /a.txt\nCOPY dir /srv/dir/\nCOPY a.txt b.txt two/\nCOPY dir/deep ./\nENV A="x y"\nCMD ["/a.txt"]\n',
  ],
  'what is there already': [
    'FROM slipway/base\nRUN mkdir -p /app/dir/deep && chown 5:6 /app /app/dir && chmod 700 /app/dir && touch /app/a.txt && chmod 600 /app/a.txt\n' +
      'WORKDIR /app\nCMD ["before"]\nCOPY . .\nCOPY --chown=1001:1002 dir/ /app/new/deep/\nCOPY a.txt /app/renamed\nCOPY a.txt /tmp\nCOPY a.txt /opt/x/y\n' +
      'LABEL k=v\nEXPOSE 80 53/udp\nENV PATH=/x\nUSER 1001:1001\nENTRYPOINT ["e", "1"]\nCMD ["c"]\n',
  ],
  'an ignore file': [
    'FROM scratch\nCOPY . /\n',
    { '.dockerignore': '# no\nnode_modules\n.env\n**/*.log\nDockerfile\n.dockerignore\n/b.txt\n' },
  ],
  'a stage that leaves files to the next': [
    'FROM slipway/base AS made\nCOPY a.txt /from-stage\nRUN echo run > /ran\nFROM slipway/base\nCOPY --from=made /ran /ran\nCOPY b.txt /\nCMD ["x"]\n',
  ],
};

for (const [what, [dockerfile, files]] of Object.entries(ALIKE)) {
  test(`an image in parts is the one that buildah builds: ${what}`, async () => {
    const ours = await built(dockerfile, { ...FILES, ...files });
    const theirs = await builtByBuildah(dockerfile, { ...FILES, ...files });
    assert.deepEqual([ours.isWhole, theirs.isWhole], [dockerfile.includes('made'), true], ours.log);
    const withoutDockerfile = async (one: Built) =>
      (await treeOf(one)).filter((entry) => !entry.includes('Dockerfile'));
    assert.deepEqual(await withoutDockerfile(ours), await withoutDockerfile(theirs));
    assert.deepEqual(settingsOf(ours), settingsOf(theirs));
  });
}

test('what an image leads elsewhere by a link, is no plain file or is not there, is left to buildah', async () => {
  const linked = await built('FROM slipway/base\nRUN ln -s /srv /there && mkdir /srv\nCOPY a.txt /there/\n', FILES);
  assert.equal(linked.isWhole, true, linked.log);
  assert.ok((await treeOf(linked)).some((entry) => entry.startsWith('srv/a.txt ')));
  const pattern = await built('FROM scratch\nCOPY *.txt /\n', FILES);
  assert.equal(pattern.isWhole, true, pattern.log);
  const dockerfile = 'FROM scratch\nCOPY nope.txt /\n';
  const missing = await lab.run(await lab.build({ ...FILES, Dockerfile: dockerfile }, { strategy: 'dockerfile' }));
  assert.match(
    missing.outcome.ok ? '' : missing.outcome.message,
    /line 2 of Dockerfile: "nope.txt" is not in the source/,
  );
});

test('what runs is run again when something changes that it can see, and only then', async () => {
  const dockerfile = 'FROM slipway/base\nCOPY a.txt /\nRUN echo ran-now: $(cat /a.txt)\nCOPY b.txt /\n';
  const before = recorded.length;
  const first = await built(dockerfile, FILES);
  assert.match(first.log, /^ran-now: a$/m);
  const tail = await built(dockerfile, { ...FILES, 'b.txt': 'other' });
  assert.doesNotMatch(tail.log, /ran-now/);
  assert.ok((await treeOf(tail)).some((entry) => /^b\.txt .* other$/.test(entry)));
  const head = await built(dockerfile, { ...FILES, 'a.txt': 'other' });
  assert.match(head.log, /^ran-now: other$/m);
  const heads = recorded.slice(before).filter((entry) => entry.startsWith('localhost/build-steps@sha256:'));
  assert.deepEqual(
    [heads.length, new Set(heads).size],
    [3, 2],
    'each use is recorded, so that what is not used can go',
  );
});
