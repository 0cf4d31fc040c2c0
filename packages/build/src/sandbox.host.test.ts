import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBuildLab } from './testing/build-lab.ts';
import { enterPrivateMounts } from './testing/private-mounts.ts';

enterPrivateMounts(import.meta.filename);

test('x', async () => {
  await using lab = await openBuildLab();
  const dockerfile = `FROM slipway/base
RUN mkdir /a && touch /a/b /a/c && mkdir /a/d
RUN id; cat /proc/self/uid_map; ls -lan / /dev/slipway; rm -rf /a/b /a/d; mkdir /a/d; touch /a/d/new; chown 7:8 /a/d/new; touch /z; env; ls -la /sys | head -5; ls /proc/1 >/dev/null && echo ok
`;
  const build = await lab.build({ Dockerfile: dockerfile, 'hello.txt': 'hi there\n' }, { strategy: 'dockerfile' });
  const first = await lab.run(build);
  console.log(first.log, first.outcome, first.durationMs);
  const mounted = await lab.buildah('from', lab.pushedImageId());
  const where = await lab.buildah('mount', mounted);
  const { runProcess } = await import('@slipway/process');
  console.log((await runProcess(['ls', '-lanR', where + '/a', where + '/z'])).stdout);
  console.log(
    (
      await runProcess(
        [
          'sh',
          '-c',
          `cd ${lab.storage.graphRoot}/overlay; find . -uid +1000000; find . -maxdepth 2 -name slipway-work;ls -lan */diff/a; mount | grep ${lab.dir}`,
        ],
        { allowExitCodes: [0, 1] },
      )
    ).stdout,
  );
  assert.equal(first.outcome.ok, true, first.log);
});
