import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanDockerfile } from '../dockerfile/scan-dockerfile.ts';
import { headReads } from './head-inputs.ts';
import { splitDockerfile } from './split-dockerfile.ts';

function split(text: string) {
  const found = splitDockerfile(scanDockerfile(text));
  return (
    found && {
      head: found.head.instructions.map(({ keyword }) => keyword).join(' '),
      tail: found.tail.map((step) => (step.kind === 'copy' ? `COPY>${step.target}` : step.setting.name)).join(' '),
    }
  );
}

test('splitDockerfile() takes the files and settings at the end away from what runs', () => {
  assert.deepEqual(split('FROM b\nWORKDIR /app\nRUN x\nENV A=1\nCOPY . .\nUSER 5\nEXPOSE 80\nCMD ["x"]'), {
    head: 'FROM WORKDIR RUN ENV',
    tail: 'COPY>. user ports command',
  });
  assert.deepEqual(split('ARG V=1\nFROM b:$V AS one\nRUN x\nFROM c\nCOPY --from=one /x /x\nCOPY a /a'), {
    head: 'ARG FROM RUN FROM COPY',
    tail: 'COPY>/a',
  });
  assert.deepEqual(split('FROM scratch\nEXPOSE 1\nCOPY --chown=1:2 ["a", "b", "/c/"]\nLABEL a="b c"\nENV A=b'), {
    head: '',
    tail: 'ports COPY>/c/ labels environment',
  });
});

test('splitDockerfile() leaves to buildah what is not plain', () => {
  const odd = [
    'COPY *.txt /',
    'COPY $A /',
    'COPY ../a /',
    'COPY "a b" /',
    'COPY --chown=app a /',
    'COPY --chmod=600 a /',
    'COPY --from=x a /',
    'COPY <<EOF /a\nEOF',
    'COPY a',
    'ADD a /',
    'RUN x',
  ];
  for (const line of odd) {
    assert.equal(split(`FROM b\nRUN x\n${line}`), undefined, line);
    assert.equal(split(`FROM b\nRUN x\nCOPY a /\n${line}`), undefined, line);
  }
  const settings = [
    'CMD x',
    'CMD ["$A"]',
    'ENV A=$B',
    'ENV A=1 B=2',
    'ENV A 1',
    'LABEL a=b\\ c',
    'EXPOSE 1-2',
    'USER $A',
  ];
  for (const line of [...settings, 'STOPSIGNAL 9', 'HEALTHCHECK NONE', 'VOLUME /x', 'ARG A', 'ONBUILD RUN x']) {
    assert.equal(split(`FROM b\nRUN x\nCOPY a /\n${line}`), undefined, line);
  }
  assert.equal(split('FROM b\nRUN x\nCOPY a /\nENTRYPOINT ["e"]'), undefined, 'whether a command stays is not known');
  assert.equal(split('FROM b\nSHELL ["/x"]\nCOPY a /'), undefined);
  assert.equal(split('FROM scratch\nSTOPSIGNAL 9\nCOPY a /'), undefined, 'buildah builds no image without a layer');
  assert.equal(split('FROM b\nCMD ["x"]'), undefined);
  assert.equal(split(`FROM scratch\n${'COPY a /\n'.repeat(33)}`), undefined);
});

test('headReads() tells what of the context the first part can see, and when it sees more than that', () => {
  const reads = (lines: string) => headReads(scanDockerfile(`FROM b\n${lines}`));
  const files = (...beginnings: readonly string[]) => ({ kind: 'files', beginnings });
  assert.deepEqual(reads('RUN x\nENV A=b'), files());
  assert.deepEqual(
    reads('COPY package*.json ./lock /dir/ ./\nADD ["a b.tar", "/"]'),
    files('package', 'lock', 'dir/', 'a', 'b.tar'),
  );
  assert.deepEqual(reads('COPY --from=x . /\nRUN --mount=type=cache,target=/c x'), files());
  assert.deepEqual(reads('COPY . /'), files(''));
  for (const line of [
    'COPY $A /',
    'COPY ../a /',
    "COPY ['a', '/']",
    'RUN --mount=target=/c x',
    'RUN --mount=type=bind,source=a x',
  ]) {
    assert.deepEqual(reads(line), files(''), line);
  }
  for (const line of ['ADD https://example.com/a /', 'ADD git@example.com:a/b /', 'ADD $URL /', 'ONBUILD COPY a /']) {
    assert.deepEqual(reads(line), { kind: 'unknown' }, line);
  }
});
