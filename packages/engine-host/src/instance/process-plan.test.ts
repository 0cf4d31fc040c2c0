import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argvFor, environmentFor, hostnameFor, resolveImageUser, UnknownUser } from './process-plan.ts';

test('argvFor() combines the image’s ENTRYPOINT and CMD with the revision’s command and arguments as Kubernetes does', () => {
  const table: readonly [entrypoint: string, cmd: string, command: string, args: string, argv: string][] = [
    ['e', 'c', '', '', 'e c'],
    ['e', 'c', '', 'a', 'e a'],
    ['e', 'c', 'x', '', 'x'],
    ['e', 'c', 'x', 'a', 'x a'],
    ['', 'c', '', '', 'c'],
    ['', '', '', '', ''],
  ];
  const list = (text: string) => (text === '' ? [] : [text]);
  for (const [entrypoint, cmd, command, args, argv] of table) {
    const image = { entrypoint: list(entrypoint), command: list(cmd) };
    assert.equal(argvFor(image, { command: list(command), arguments: list(args) }).join(' '), argv);
  }
});

test('environmentFor() lets the revision win over the image, and adds only what neither says', () => {
  const image = { environment: { PATH: '/image', LANG: 'C', MODE: 'image' } };
  const revision = { environment: { MODE: 'revision', PORT: '9000' }, port: 8080 };
  assert.deepEqual(environmentFor(image, revision, { hostname: 'h', home: '/root' }), {
    PATH: '/image',
    HOSTNAME: 'h',
    HOME: '/root',
    PORT: '9000',
    LANG: 'C',
    MODE: 'revision',
  });
  assert.equal(
    environmentFor({ environment: {} }, { environment: {}, port: 8080 }, { hostname: 'h', home: '/' })['PORT'],
    '8080',
  );
});

test('hostnameFor() keeps the telling end of a long name', () => {
  assert.equal(hostnameFor('web-00001-x7k2p'), 'web-00001-x7k2p');
  const long = hostnameFor(`${'a'.repeat(63)}-00001-x7k2p`);
  assert.equal(long.length, 63);
  assert.match(long, /-00001-x7k2p$/);
});

const FILES = {
  passwd: 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1001::/home/node:/bin/sh\nbroken\n',
  group: 'root:x:0:\nnode:x:1001:\nextra:x:1002:other,node\n',
};

test('resolveImageUser() finds names and numbers in the image’s own files', () => {
  const table: readonly [user: string, override: number | undefined, expected: [number, number, number[], string]][] = [
    ['', undefined, [0, 0, [], '/root']],
    ['node', undefined, [1000, 1001, [1002], '/home/node']],
    ['1000', undefined, [1000, 1001, [1002], '/home/node']],
    ['node:extra', undefined, [1000, 1002, [], '/home/node']],
    ['node:77', undefined, [1000, 77, [], '/home/node']],
    ['4242', undefined, [4242, 0, [], '/']],
    ['node', 0, [0, 0, [], '/root']],
  ];
  for (const [user, override, expected] of table) {
    const found = resolveImageUser(user, FILES, override);
    assert.deepEqual([found.uid, found.gid, found.additionalGids, found.home], expected, user);
  }
});

test('resolveImageUser() refuses a name the image does not know', () => {
  assert.throws(() => resolveImageUser('nobody', FILES), UnknownUser);
  assert.throws(() => resolveImageUser('node:wheel', FILES), UnknownUser);
});
