import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { parseStatus } from './posix-spawn.ts';
import { startProgram } from './started-program.ts';

const shell = (script: string) => ['/bin/sh', '-c', script] as const;

test('startProgram() gives output, end and words of a program, and no zombie stays', async () => {
  const program = startProgram(['printf', '%s|%s', 'wörds with spaces', '$(id)']);
  const [stdout, stderr, end] = await Promise.all([text(program.stdout), text(program.stderr), program.ended]);
  assert.deepEqual([stdout, stderr, end], ['wörds with spaces|$(id)', '', { code: 0, signal: null }]);
  assert.equal(existsSync(`/proc/${program.pid}`), false);
});

test('startProgram() feeds input, sets folder and variables, and keeps both outputs apart', async () => {
  const script = 'read -r word; echo "$word $ONLY ${HOME-none} $(pwd)"; echo oops >&2; exit 3';
  const program = startProgram(shell(script), { cwd: '/proc', env: { ONLY: 'a=b', LEFT: undefined }, hasInput: true });
  program.stdin?.end('told\n');
  const [stdout, stderr, end] = await Promise.all([text(program.stdout), text(program.stderr), program.ended]);
  assert.deepEqual([stdout, stderr, end], ['told a=b none /proc\n', 'oops\n', { code: 3, signal: null }]);
});

test('kill() ends a program, and does nothing once it has ended', async () => {
  const program = startProgram(['sleep', '600']);
  program.kill();
  const [, , end] = await Promise.all([text(program.stdout), text(program.stderr), program.ended]);
  assert.deepEqual(end, { code: null, signal: 'SIGKILL' });
  program.kill();
});

test('a program that closes its outputs is waited for all the same', async () => {
  const program = startProgram(shell('exec >&- 2>&-; sleep 0.1; exit 5'));
  const [, , end] = await Promise.all([text(program.stdout), text(program.stderr), program.ended]);
  assert.deepEqual(end, { code: 5, signal: null });
});

test('startProgram() says at once why a program does not start, and leaves no descriptor open', () => {
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  assert.throws(() => startProgram(['no-such-program']), { code: 'ENOENT', message: /start no-such-program: ENOENT/ });
  assert.throws(() => startProgram(['true'], { cwd: '/nowhere', hasInput: true }), { code: 'ENOENT' });
  assert.equal(open(), before);
});

test('parseStatus() tells an exit code from a signal', () => {
  assert.deepEqual(parseStatus(0x0700), { code: 7, signal: null });
  assert.deepEqual(parseStatus(15), { code: null, signal: 'SIGTERM' });
  // With the bit of a memory dump.
  assert.deepEqual(parseStatus(0x80 | 11), { code: null, signal: 'SIGSEGV' });
});
