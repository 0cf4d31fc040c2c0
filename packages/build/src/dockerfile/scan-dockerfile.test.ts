import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDockerfile, replaceImages } from './prepare-dockerfile.ts';
import { scanDockerfile } from './scan-dockerfile.ts';

test('scanDockerfile() joins continued lines, skips comments and keeps first lines', () => {
  const { instructions } = scanDockerfile('# comment\n\nFROM a\nRUN one && \\\n  # inside\n\n  two\ncmd ["x"]\n');
  assert.deepEqual(instructions, [
    { keyword: 'FROM', rest: 'a', line: 3 },
    { keyword: 'RUN', rest: 'one && two', line: 4 },
    { keyword: 'CMD', rest: '["x"]', line: 8 },
  ]);
});

test('scanDockerfile() honours the escape directive and a missing last newline', () => {
  const { instructions } = scanDockerfile('# escape=`\nFROM a\nRUN one `\n two');
  assert.deepEqual(instructions[1], { keyword: 'RUN', rest: 'one two', line: 3 });
});

test('scanDockerfile() finds the images a build needs', () => {
  const table: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
    ['FROM slipway/node:24', {}, ['slipway/node:24']],
    ['FROM --platform=linux/amd64 a:1 AS build\nFROM scratch\nCOPY --from=build /a /a', {}, ['a:1']],
    ['FROM a AS Build\nFROM build', {}, ['a']],
    ['FROM a\nCOPY --chown=1 --from=b:2 /x /x', {}, ['a', 'b:2']],
    ['FROM a\nRUN --mount=type=bind,from=c:3,target=/c true', {}, ['a', 'c:3']],
    ['FROM a AS one\nFROM b\nCOPY --from=0 /x /x', {}, ['a', 'b']],
    ['ARG V=20\nFROM node:${V}-slim', {}, ['node:20-slim']],
    ['ARG V=20\nFROM node:$V', { V: '22' }, ['node:22']],
    ['ARG R\nFROM ${R:-docker.io}/x', {}, ['docker.io/x']],
    ['ARG A=x\nARG B=${A}:1\nFROM $B', {}, ['x:1']],
    ['FROM $MISSING', {}, []],
  ];
  for (const [text, args, images] of table) assert.deepEqual(scanDockerfile(text, args).images, images, text);
});

test('checkDockerfile() names the line of each mistake and the way out', () => {
  const table: readonly (readonly [string, string])[] = [
    ['FROM a\nCOPPY x y', 'line 2 of Dockerfile: "COPPY" is not an instruction. Write "COPY" if that is meant'],
    ['FROM a\nUSRE x', 'line 2 of Dockerfile: "USRE" is not an instruction. Write "USER" if that is meant'],
    ['FROM a\napt-get install', 'line 2 of Dockerfile: "APT-GET" is not an instruction. Correct the line'],
    ['# nothing\n', 'Dockerfile is empty. Begin it with a FROM line, for example "FROM slipway/node:24"'],
    ['RUN x', 'line 1 of Dockerfile: the first instruction must be FROM. Add, for example, "FROM slipway/node:24"'],
    ['FROM a\nENV', 'line 2 of Dockerfile: "ENV" has no argument. Complete the line'],
    [
      'FROM a:$V',
      'line 1 of Dockerfile: "a:$V" names an ARG without a value. Give the ARG a default or pass a build argument',
    ],
  ];
  for (const [text, message] of table) {
    assert.throws(() => checkDockerfile(scanDockerfile(text), 'Dockerfile'), { message: `Cannot build: ${message}` });
  }
  checkDockerfile(scanDockerfile('ARG V=1\nFROM a:$V\nHEALTHCHECK NONE\nRUN x'), 'Dockerfile');
});

test('replaceImages() puts in what was judged, whatever the line says, and no line moves', () => {
  const text = [
    'ARG V=24',
    'FROM slipway/node:$V AS build',
    '# FROM slipway/node:24',
    'FROM build',
    'COPY --from=slipway/static:1 /a /b',
    'RUN echo slipway/node:24',
    '',
  ].join('\n');
  const references = new Map([
    ['slipway/node:24', 'localhost/node:1'],
    ['slipway/static:1', 'localhost/static:1'],
  ]);
  assert.deepEqual(replaceImages(text, scanDockerfile(text), references).split('\n'), [
    'ARG V=24',
    'FROM localhost/node:1 AS build',
    '# FROM slipway/node:24',
    'FROM build',
    'COPY --from=localhost/static:1 /a /b',
    'RUN echo slipway/node:24',
    '',
  ]);
  const split = 'FROM \\\n  slipway/static:1\n';
  assert.throws(() => replaceImages(split, scanDockerfile(split), references), /Write them on one/);
});
