import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDockerfile, renderJudged } from './prepare-dockerfile.ts';
import { scanDockerfile, type DockerfileInstruction } from './scan-dockerfile.ts';

function brief({ keyword, rest, line }: DockerfileInstruction) {
  return { keyword, rest, line };
}

test('scanDockerfile() joins continued lines, skips comments and keeps first lines', () => {
  const { instructions } = scanDockerfile('# comment\n\nFROM a\nRUN one && \\\n  # inside\n\n  two\ncmd ["x"]\n');
  assert.deepEqual(instructions.map(brief), [
    { keyword: 'FROM', rest: 'a', line: 3 },
    { keyword: 'RUN', rest: 'one &&   two', line: 4 },
    { keyword: 'CMD', rest: '["x"]', line: 8 },
  ]);
});

test('scanDockerfile() honours the escape directive and a missing last newline', () => {
  const { instructions } = scanDockerfile('# escape=`\nFROM a\nRUN one `\n two');
  assert.deepEqual(instructions.map(brief)[1], { keyword: 'RUN', rest: 'one  two', line: 3 });
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
    ['FROM a\nCOPY --from=b --from=c /x /x', {}, ['a', 'b', 'c']],
    ['FROM a\nRUN --mount=type=bind,from=b,from=c true', {}, ['a', 'b', 'c']],
    ['FROM a\nRUN true --mount=from=b', {}, ['a']],
    // Neither itself nor a later stage can be meant, so the store would be asked for an image of that name.
    ['FROM a AS c9febf\nCOPY --from=c9febf /x /x', {}, ['a', 'c9febf']],
    ['FROM a\nCOPY --from=b /x /x\nFROM c AS b', {}, ['a', 'b', 'c']],
    ['FROM a\nCOPY --from=0 /x /x', {}, ['a', '0']],
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
    [
      'FROM a\nCOPY --fr""om=b /x /x',
      'line 2 of Dockerfile: a flag of COPY holds a quote or an escape. Write it plainly',
    ],
    [
      'FROM a\nRUN --mount=fr\\om=b true',
      'line 2 of Dockerfile: a flag of RUN holds a quote or an escape. Write it plainly',
    ],
    ['FROM a b', 'line 1 of Dockerfile: FROM takes an image, and AS with a name. Write "FROM image AS name"'],
    [
      'FROM a AS 66c70370002b',
      'line 1 of Dockerfile: "66c70370002b" cannot name a stage. Begin with a letter, then a-z 0-9 . _ -',
    ],
  ];
  for (const [text, message] of table) {
    assert.throws(() => checkDockerfile(scanDockerfile(text), 'Dockerfile'), { message: `Cannot build: ${message}` });
  }
  checkDockerfile(scanDockerfile('ARG V=1\nFROM a:$V\nHEALTHCHECK NONE\nRUN x'), 'Dockerfile');
});

test('renderJudged() writes what was read, with what was judged put in, and no line moves', () => {
  const text = [
    'ARG V=24',
    'FROM --platform=linux/amd64 slipway/node:$V as Build',
    '# FROM slipway/node:24',
    'FROM Build',
    'COPY --chown=1 \\',
    '  # not the end',
    '  --from=slipway/static:1 /a /b',
    'COPY --from=BUILD /c /d',
    'COPY --from=0 --from=slipway/node:24 /c /d',
    'RUN --mount=type=bind,from=slipway/static:1,from=build,target=/x echo slipway/node:24 \\',
    '    --from=me',
    '',
  ].join('\n');
  const references = new Map([
    ['slipway/node:24', 'localhost/node:1'],
    ['slipway/static:1', 'localhost/static:1'],
  ]);
  assert.deepEqual(renderJudged(scanDockerfile(text), references).split('\n'), [
    'ARG V=24',
    'FROM --platform=linux/amd64 localhost/node:1 AS build',
    '',
    'FROM build',
    'COPY --chown=1 --from=localhost/static:1 /a /b',
    '',
    '',
    'COPY --from=build /c /d',
    'COPY --from=0 --from=localhost/node:1 /c /d',
    'RUN --mount=type=bind,from=localhost/static:1,from=build,target=/x echo slipway/node:24     --from=me',
    '',
  ]);
});

test('renderJudged() keeps the escape character of the file', () => {
  const text = '# escape=`\nFROM a\nRUN one `\n two \\\nRUN three';
  assert.equal(renderJudged(scanDockerfile(text), new Map()), '# escape=`\nFROM a\nRUN one  two \\\n\nRUN three\n');
  const late = 'FROM a\n# escape=`\nRUN one \\\n two';
  assert.equal(renderJudged(scanDockerfile(late), new Map()), 'FROM a\n\nRUN one  two\n');
});
