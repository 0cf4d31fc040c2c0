import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { spawnDetached, type DetachedProgram } from './detached-program.ts';
import { openPipe, reap } from './posix-spawn.ts';

/** What a program said on its descriptor 3, after it was told a line on its descriptor 4. */
async function hear(program: Omit<DetachedProgram, 'descriptors'>): Promise<{ pid: number; said: string }> {
  const [saying, telling] = [openPipe(), openPipe()];
  const pid = await spawnDetached({ ...program, descriptors: [saying.writeFd, telling.readFd] });
  for (const fd of [saying.writeFd, telling.readFd]) closeSync(fd);
  writeSync(telling.writeFd, 'begin\n');
  closeSync(telling.writeFd);
  const said = await text(new Socket({ fd: saying.readFd, readable: true, writable: false }));
  await reap(pid);
  return { pid, said };
}

const PLAIN = { environment: { PATH: '/usr/bin:/bin' }, workingDir: '/' };

test('spawnDetached() gives a program its words, variables and folder, in a session of its own', async (t) => {
  const workingDir = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-detached-')));
  t.after(() => rmSync(workingDir, { recursive: true }));
  const script = `read -r word <&4; echo "$word|$1|$ONLY|\${HOME-none}|$(pwd)|$(cut -d' ' -f6 /proc/$$/stat)" >&3`;
  const { pid, said } = await hear({
    path: '/bin/sh',
    argv: ['-c', script, 'sh', 'wörds with spaces'],
    environment: { ...PLAIN.environment, ONLY: 'a=b' },
    workingDir,
  });
  assert.equal(said, `begin|wörds with spaces|a=b|none|${workingDir}|${pid}\n`);
  assert.equal(existsSync(`/proc/${pid}`), false);
});

test('a program of spawnDetached() has no descriptor and no signal setting of ours', async () => {
  const { said: descriptors } = await hear({
    ...PLAIN,
    path: '/usr/bin/find',
    argv: ['/proc/self/fd', '-type', 'l', '-fprintf', '/proc/self/fd/3', '%f %l\n'],
  });
  const found = Object.fromEntries(descriptors.split('\n').map((line) => line.split(' ') as [string, string]));
  for (const fd of ['0', '1', '2']) assert.equal(found[fd], '/dev/null', fd);
  for (const fd of ['3', '4']) assert.match(found[fd] ?? '', /^pipe:/, fd);
  // Whoever runs the tests may have left some open to every program.
  const { stdout } = spawnSync('find', ['/proc/self/fd', '-type', 'l', '-printf', '%f %l\n'], { encoding: 'utf8' });
  const known = new Set(stdout.split('\n'));
  const others = Object.entries(found).filter(([fd, to]) => Number(fd) > 4 && !known.has(`${fd} ${to}`));
  // find opens the file it writes, and the folders it reads.
  assert.deepEqual(
    others.filter(([, to]) => to !== found['3'] && !to.startsWith('/')),
    [],
  );
  const { said: status } = await hear({
    ...PLAIN,
    path: '/bin/dd',
    argv: ['if=/proc/self/status', 'of=/proc/self/fd/3'],
  });
  for (const kind of ['SigBlk', 'SigIgn']) assert.match(status, new RegExp(`^${kind}:\\s+0+$`, 'm'));
});

test('spawnDetached() says why a program does not start, and refuses descriptors that it would overwrite', async () => {
  const program = { ...PLAIN, argv: [], descriptors: [] };
  await assert.rejects(spawnDetached({ ...program, path: '/nowhere' }), { code: 'ENOENT' });
  await assert.rejects(spawnDetached({ ...program, path: '/bin/true', workingDir: '/nowhere' }), { code: 'ENOENT' });
  await assert.rejects(spawnDetached({ ...program, path: '/bin/true', descriptors: [3] }), TypeError);
});

test('reap() of a program that is gone already returns', async () => {
  const pid = await spawnDetached({ ...PLAIN, path: '/bin/true', argv: [], descriptors: [] });
  await reap(pid);
  await reap(pid);
  assert.equal(existsSync(`/proc/${pid}`), false);
});
