import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainFailure } from './explain-failure.ts';
import { scanDockerfile } from './scan-dockerfile.ts';

function explain(dockerfile: string, output: string): string {
  const { fault, message } = explainFailure({
    file: 'Dockerfile',
    scan: scanDockerfile(dockerfile),
    lines: output.trim().split('\n'),
  });
  return `${fault}: ${message}`;
}

const TWO = 'FROM a\nRUN x\n';

test('explainFailure() turns what buildah prints into a line, a reason and a way out', () => {
  const table: readonly (readonly [string, string, string])[] = [
    [
      'FROM a\n\nRUN echo hi && \\\n  exit 3\n',
      'STEP 1/2: FROM a\nSTEP 2/2: RUN echo hi &&  exit 3\nhi\nError: building at STEP "RUN echo hi &&  exit 3": while running runtime: exit status 3',
      'failed: Cannot build: line 3 of Dockerfile: the command ended with code 3: hi',
    ],
    [
      TWO,
      'STEP 1/2: FROM a\nSTEP 2/2: RUN x\n/bin/sh: 1: x: not found\nError: building at STEP "RUN x": while running runtime: exit status 127',
      'failed: Cannot build: line 2 of Dockerfile: the command ended with code 127: /bin/sh: 1: x: not found',
    ],
    [
      'FROM a\nCOPY nope /x\n',
      'STEP 2/2: COPY nope /x\nError: building at STEP "COPY nope /x": checking on sources under "/w/source": copier: stat: "/nope": no such file or directory',
      'invalid_build_configuration: Cannot build: line 2 of Dockerfile: "nope" is not in the source. Correct the path, or see whether .ceignore or .dockerignore leaves it out',
    ],
    [
      'FROM a AS one\nRUN y\nFROM b\nUSER joe\nRUN true\n',
      '[2/2] STEP 2/3: USER joe\n--> 120063c5eb2\n[2/2] STEP 3/3: RUN true\nError: building at STEP "RUN true": determining run uid: user: unknown user error looking up user "joe"',
      'invalid_build_configuration: Cannot build: line 5 of Dockerfile: user "joe" does not exist in the image. Create it in an earlier RUN, or use a numeric user',
    ],
    [
      'FROM a\nCOPY --from=zzz a b\n',
      'STEP 2/2: COPY --from=zzz a b\nError: COPY --from=zzz: no stage or image found with that name',
      'invalid_build_configuration: Cannot build: line 2 of Dockerfile: "--from=zzz" names no earlier stage and no image. Correct the name',
    ],
    [
      TWO,
      'STEP 2/2: RUN x\nerror running container: from /p/step-runtime.sh creating container for [x]: executable file `x` not found in $PATH: No such file or directory\nError: building at STEP "RUN x": while running runtime: exit status 1',
      'failed: Cannot build: line 2 of Dockerfile: the command cannot start: executable file `x` not found in $PATH: No such file or directory',
    ],
    [
      'FROM docker.io/library/alpine:3\n',
      'STEP 1/1: FROM docker.io/library/alpine:3\nError: creating build container: initializing source docker://alpine:3: pinging container registry docker.io: Get "https://docker.io/v2/": dial tcp: lookup docker.io: no such host',
      'failed: Cannot pull base image "alpine:3": its registry cannot be reached from this machine. Use a platform image (for example "FROM slipway/node:24"), or let the operator configure a mirror of that registry',
    ],
    [
      'FROM r.example/x:9\n',
      'Error: creating build container: initializing source docker://r.example/x:9: reading manifest 9 in r.example/x: manifest unknown',
      'invalid_build_configuration: Cannot pull base image "r.example/x:9": its registry has no such image. Correct the name or the tag in the FROM line',
    ],
    [
      'FROM r.example/x:9\n',
      'Error: creating build container: initializing source docker://r.example/x:9: reading manifest 9 in r.example/x: unauthorized: authentication required',
      'missing_registry_access: Cannot pull base image "r.example/x:9": its registry refuses access. Add a registry secret for it, or use another image',
    ],
    [TWO, '', 'failed: Cannot build: the build ended without saying why. Read the build log'],
  ];
  for (const [dockerfile, output, expected] of table) assert.equal(explain(dockerfile, output), expected);
});
