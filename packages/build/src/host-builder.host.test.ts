import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineFault } from '@slipway/engine';
import { packTar } from 'modern-tar';
import { createHostBuilder } from './host-builder.ts';
import { type BuildLab, LAB_PLATFORM, openBuildLab } from './testing/build-lab.ts';
import { enterPrivateMounts } from './testing/private-mounts.ts';

enterPrivateMounts(import.meta.filename);

const HELLO = { Dockerfile: 'FROM slipway/base\nCOPY hello.txt /\nRUN cat /hello.txt\n', 'hello.txt': 'hi there\n' };
const NODE_APP = {
  'package.json': JSON.stringify({ dependencies: { 'is-number': '7.0.0' }, scripts: { start: 'node server.js' } }),
  'server.js': "require('is-number'); console.log('one')",
};
const lab = await openBuildLab();
test.after(() => lab[Symbol.asyncDispose]());

test('a Dockerfile becomes an image, and the same source again is reused without a build', async () => {
  const build = await lab.build(HELLO, { strategy: 'dockerfile' });
  const first = await lab.run(build);
  assert.equal(first.outcome.ok, true, first.log);
  assert.match(first.log, /^hi there$/m);
  assert.deepEqual(
    first.steps.filter(({ state }) => state === 'succeeded').map(({ name }) => name),
    ['unpack', 'detect', 'base', 'build', 'push'],
  );
  const again = await lab.run({ ...build, buildRunName: 'again' });
  assert.deepEqual(again.outcome, { ...first.outcome, reused: true });
  assert.deepEqual(again.steps, []);
});

test('a reused image is pushed when the build names another repository', async () => {
  const build = await lab.build(HELLO, { strategy: 'dockerfile' });
  const outputImage = 'registry.test:5000/p1/other:latest';
  const run = await lab.run({ ...build, outputImage });
  assert.equal(run.outcome.ok && run.outcome.reused, true);
  assert.deepEqual(
    run.steps.map(({ name }) => name),
    ['push', 'push'],
  );
});

test('the same source gives the same image in another store', async () => {
  await using other = await openBuildLab({ platformId: 'te', network: { cidr: '10.204.1.0/24' } });
  const ids: string[] = [];
  for (const each of [lab, other]) {
    const run = await each.run(await each.build({ ...HELLO, 'hello.txt': 'same\n' }, { strategy: 'dockerfile' }));
    assert.equal(run.outcome.ok, true, run.log);
    ids.push(each.pushedImageId());
  }
  assert.equal(ids[0], ids[1]);
});

test('a Node.js app gets its dependencies installed, and a changed file does not install them again', async () => {
  const first = await lab.run(await lab.build(NODE_APP));
  assert.equal(first.outcome.ok, true, first.log);
  assert.equal(
    first.steps.find(({ detail }) => detail?.includes('Node.js'))?.detail,
    'Node.js app, start: node server.js',
  );
  assert.match(first.log, /added 1 package/);
  const second = await lab.run(await lab.build({ ...NODE_APP, 'server.js': "console.log('two')" }));
  assert.equal(second.outcome.ok, true, second.log);
  assert.doesNotMatch(second.log, /added 1 package/);
  assert.deepEqual(await fileNames(lab, '/app'), ['node_modules', 'package-lock.json', 'package.json', 'server.js']);
  const inspected = JSON.parse(await lab.buildah('inspect', '--type', 'image', lab.pushedImageId())) as {
    readonly OCIv1: { readonly config: Readonly<Record<string, unknown>> };
  };
  const { User, Cmd, WorkingDir, Env, Labels } = inspected.OCIv1.config;
  assert.deepEqual([User, Cmd, WorkingDir], ['1001:1001', ['node', 'server.js'], '/app']);
  assert.deepEqual(Env, ['PATH=/usr/bin:/bin', 'NODE_ENV=production']);
  assert.ok('dev.slipway.source.sha256' in (Labels as object));
});

test('a folder with an index.html becomes a static site', async () => {
  const run = await lab.run(await lab.build({ 'index.html': '<h1>hi</h1>', 'img/a.svg': '<svg/>' }));
  assert.equal(run.outcome.ok, true, run.log);
  assert.deepEqual(await fileNames(lab, '/srv/www'), ['img', 'index.html']);
});

test('a broken Dockerfile is refused with its line and what is wrong there', async () => {
  const table: readonly (readonly [string, string])[] = [
    [
      'FROM slipway/base\n\nRUNN true\n',
      'Cannot build: line 3 of Dockerfile: "RUNN" is not an instruction. Write "RUN" if that is meant',
    ],
    [
      'FROM slipway/base\nRUN true\nRUN echo no && \\\n  exit 3\n',
      'Cannot build: line 3 of Dockerfile: the command ended with code 3: no',
    ],
    [
      'FROM slipway/base\nCOPY nope.txt /\n',
      'Cannot build: line 2 of Dockerfile: "nope.txt" is not in the source. Correct the path, or see whether .ceignore or .dockerignore leaves it out',
    ],
  ];
  for (const [dockerfile, message] of table) {
    const run = await lab.run(await lab.build({ Dockerfile: dockerfile }, { strategy: 'dockerfile' }));
    assert.equal(run.outcome.ok, false);
    assert.equal(run.outcome.ok || run.outcome.message, message, run.log);
  }
});

test('a hostile or damaged archive is refused, and nothing of it stays', async () => {
  const build = await lab.build({ 'index.html': 'x' });
  const hostile = await packTar([{ header: { name: 'x', type: 'symlink', linkname: '/etc/shadow', size: 0 } }]);
  const table: readonly (readonly [Uint8Array, RegExp])[] = [
    [hostile, /^Cannot unpack the source: entry "x" is refused because it links to "\/etc\/shadow"/],
    [Buffer.from('no archive'), /the archive is damaged or is not a tar file/],
    [await packTar([]), /^Cannot build an empty folder/],
  ];
  for (const [index, [content, message]] of table.entries()) {
    const archivePath = join(lab.dir, `hostile-${index}`);
    await writeFile(archivePath, content);
    const run = await lab.run({ ...build, source: { archivePath, sha256: `${index}` } });
    assert.equal(run.outcome.ok || run.outcome.fault, 'invalid_build_configuration');
    assert.match(run.outcome.ok ? '' : run.outcome.message, message);
  }
  await assertNothingLeft(lab);
});

test('an image of an unreachable registry is named, with a way out', async () => {
  const files = { Dockerfile: 'FROM registry.invalid/team/app:1\nRUN true\n' };
  const run = await lab.run(await lab.build(files, { strategy: 'dockerfile' }));
  assert.match(
    run.outcome.ok ? '' : run.outcome.message,
    /base image "registry\.invalid\/team\/app:1".*mirror/,
    run.log,
  );
});

test('no Dockerfile reads an image of another project, whatever it calls it', async () => {
  const secret = await lab.buildah('from', 'scratch');
  await lab.buildah('copy', secret, import.meta.filename, '/secret');
  const foreign = 'registry.test:5000/p2/app:latest';
  const id = await lab.buildah('commit', '--quiet', secret, foreign);
  await lab.buildah('rm', secret);
  const digest = await lab.buildah('inspect', '--type', 'image', '--format', '{{.FromImageDigest}}', id);
  const short = id.slice(0, 12);
  const names = [foreign, `registry.test:5000/p2/app@${digest}`, `registry.invalid/x@${digest}`, id, short];
  const others = [`sha256:${id}`, `localhost/${short}`, `registry.test:5000/p1/app@${digest}`];
  const dockerfiles = [
    ...[...names, ...others].map((name) => `FROM ${name}\nRUN cat /secret\n`),
    ...[...names, ...others].map((name) => `FROM slipway/base\nCOPY --from=${name} /secret /\nRUN cat /secret\n`),
    `FROM slipway/base\nCOPY --fr""om=${foreign} /secret /\nRUN cat /secret\n`,
    `FROM slipway/base\nCOPY --fr\\om=${foreign} /secret /\nRUN cat /secret\n`,
    `FROM slipway/base AS x\nFROM slipway/base\nCOPY --from=x --from=${foreign} /secret /\nRUN cat /secret\n`,
    `FROM slipway/base\nRUN --mount=type=bind,from=${foreign},target=/x cat /x/secret\n`,
    `FROM slipway/base AS x\nFROM slipway/base\nRUN --mount=type=bind,from=x,from=${foreign},target=/x cat /x/secret\n`,
    `FROM slipway/base AS c${short}\nCOPY --from=c${short} /secret /\nRUN cat /secret\n`,
    `ARG I=${foreign}\nFROM slipway/base\nARG I=${foreign}\nCOPY --from=$I /secret /\nRUN cat /secret\n`,
    `ARG I=${foreign}\nFROM $I\nRUN cat /secret\n`,
  ];
  for (const Dockerfile of dockerfiles) {
    const run = await lab.run(await lab.build({ Dockerfile }, { strategy: 'dockerfile' }));
    assert.equal(run.outcome.ok, false, Dockerfile);
    assert.doesNotMatch(run.log, /no Dockerfile reads/, Dockerfile);
  }
  const own = await lab.build({ Dockerfile: `FROM ${foreign}\nCOPY Dockerfile /\n` }, { strategy: 'dockerfile' });
  const run = await lab.run({ ...own, outputImage: 'registry.test:5000/p2/next:latest' });
  assert.equal(run.outcome.ok, true, run.log);
});

test('an image whose ONBUILD takes files from another image is refused', async () => {
  const container = await lab.buildah('from', 'scratch');
  const trigger = 'COPY --from=registry.test:5000/p2/app:latest /secret /';
  await lab.buildah('config', '--onbuild', trigger, container);
  await lab.buildah('commit', '--format', 'docker', container, 'registry.test:5000/p1/trap:latest');
  await lab.buildah('rm', container);
  const files = { Dockerfile: 'FROM registry.test:5000/p1/trap\nCOPY Dockerfile /\n' };
  const run = await lab.run(await lab.build(files, { strategy: 'dockerfile' }));
  assert.match(run.outcome.ok ? '' : run.outcome.message, /its instruction "ONBUILD COPY --from=.*takes files from/);
});

test('a base image that cannot be composed is told in the log of the build', async () => {
  await using other = await openBuildLab({
    platformId: 'tf',
    network: { cidr: '10.204.2.0/24' },
    ensureBaseImage: () => Promise.reject(new EngineFault('engine_unavailable', 'Cannot compose: E: no such suite')),
  });
  const build = await other.build(HELLO, { strategy: 'dockerfile' });
  await assert.rejects(other.run(build), EngineFault);
  const lines: string[] = [];
  const never = new AbortController().signal;
  for await (const { text } of other.builder.readLogs({ ...build, follow: false }, never)) lines.push(text);
  assert.equal(lines.at(-1), 'Cannot compose: E: no such suite');
});

test('.dockerignore leaves files out, and the context folder is the root of the build', async () => {
  const files = {
    'app/Dockerfile': 'FROM slipway/base\nCOPY . /copied/\n',
    'app/.dockerignore': 'secret*\n',
    'app/secret.txt': 'x',
    'app/kept.txt': 'x',
    'outside.txt': 'x',
  };
  const run = await lab.run(await lab.build(files, { strategy: 'dockerfile', contextDir: 'app' }));
  assert.equal(run.outcome.ok, true, run.log);
  assert.deepEqual(await fileNames(lab, '/copied'), ['.dockerignore', 'Dockerfile', 'kept.txt']);
});

test('cancelling leaves no process, working container, mount or group behind', async () => {
  const files = { Dockerfile: 'FROM slipway/base\nRUN echo sleeping; sleep 1000\n' };
  const build = await lab.build(files, { strategy: 'dockerfile' });
  const cancel = new AbortController();
  const ended = lab.run(build, cancel.signal);
  for await (const { text } of lab.builder.readLogs({ ...build, follow: true }, AbortSignal.timeout(30_000))) {
    if (text === 'sleeping') cancel.abort();
  }
  assert.deepEqual((await ended).outcome, { ok: false, fault: 'failed', message: 'The build was cancelled' });
  await assertNothingLeft(lab);
});

test('what a killed builder left behind is gone when the next one starts', async () => {
  const files = { Dockerfile: 'FROM slipway/base\nRUN echo sleeping; sleep 1000\n' };
  const build = await lab.build(files, { strategy: 'dockerfile' });
  const { platformId, stateDir, runDir, storage, network, users } = lab.options;
  const input = JSON.stringify({ build, options: { platformId, stateDir, runDir, storage, network, users } });
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing/crashing-builder.ts'), input], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const chunk of child.stdout) {
    if (String(chunk).includes('sleeping')) child.kill('SIGKILL');
  }
  assert.notDeepEqual(await readdir(join(stateDir, 'builds/work')), ['containers.conf']);
  const next = await createHostBuilder(lab.options);
  await assertNothingLeft(lab);
  await next.close();
});

async function fileNames(where: BuildLab, folder: string): Promise<readonly string[]> {
  const container = await where.buildah('from', where.pushedImageId());
  const names = await readdir(join(await where.buildah('mount', container), folder));
  await where.buildah('rm', container);
  return names.toSorted();
}

async function assertNothingLeft(where: BuildLab): Promise<void> {
  const { dir, options } = where;
  assert.equal(await where.buildah('containers', '--all', '--quiet'), '');
  assert.deepEqual(await readdir(join(options.stateDir, 'builds/work')), ['containers.conf']);
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8');
  assert.doesNotMatch(mountinfo, new RegExp(`${dir}/(?:state|graph/overlay/[0-9a-f]+)`));
  for (const controller of ['pids', 'memory', 'cpu', 'devices']) {
    const group = `/sys/fs/cgroup/${controller}/slipway-${LAB_PLATFORM}-build`;
    if (existsSync(group))
      assert.deepEqual(
        (await readdir(group, { withFileTypes: true })).filter((e) => e.isDirectory()),
        [],
      );
  }
  for (let round = 0; round < 100 && (await sleepers(dir)) > 0; round += 1) await delay(20);
  assert.equal(await sleepers(dir), 0);
}

/** Processes of this lab's builds that still live. */
async function sleepers(dir: string): Promise<number> {
  let found = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(`${dir}/state`) && !command.includes('crashing-builder')) found += 1;
  }
  return found;
}
