import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProcess } from '@slipway/process';
import { REPOSITORY_ROOT } from '../repository.ts';

const SEED = `
import { deep } from '@slipway/spec/src/errors.ts';
import { spawn } from 'node:child_process';
import { runProcess } from '@slipway/process';
interface Log { info(message: string, fields?: object): void }
export function act(log: Log, name: string): void {
  log.info(\`started \${name}\`);
  log.info('started', { name: \`a \${name}\` });
  spawn('sh', ['-c', name]);
  void runProcess(['/bin/sh', '-c', name]);
  spawn('node', [], { shell: true });
  spawn('node', [name]);
  deep();
}
`;

test('the lint plug-in finds each seeded violation, and nothing beside', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-lint-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'seed.ts'), SEED);
  const { stdout } = await runProcess(
    [
      // By this Node.js: the first one on the PATH may be too old to load the plug-in.
      process.execPath,
      join(REPOSITORY_ROOT, 'node_modules/.bin/oxlint'),
      '--config',
      join(REPOSITORY_ROOT, '.oxlintrc.json'),
      '--format=json',
      join(folder, 'seed.ts'),
    ],
    { cwd: REPOSITORY_ROOT, allowExitCodes: [0, 1] },
  );
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { readonly code: string }[] };
  const house = diagnostics.map(({ code }) => code).filter((code) => code.startsWith('house'));
  assert.deepEqual(house.toSorted(), [
    'house(layering)',
    'house(no-shell)',
    'house(no-shell)',
    'house(no-shell)',
    'house(static-log-message)',
  ]);
});
