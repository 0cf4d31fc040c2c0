/** Root reads everything, unless it gives up the capability to: so these run as a process of its own. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const SCRIPT = `
import { scanFolder } from ${JSON.stringify(new URL('scan-folder.ts', import.meta.url).href)};
for (const folder of process.argv.slice(1))
  await scanFolder(folder).then(() => console.log('read'), (error) => console.log(error.name, error.message));
`;

test('scanFolder() names the file or the folder that it may not read', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'slipway-unreadable-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const closed: Readonly<Record<string, string>> = { file: 'page.html', ignore: '.gitignore', sub: 'sub', whole: '' };
  for (const [name, path] of Object.entries(closed)) {
    await mkdir(join(root, name, 'sub'), { recursive: true });
    for (const file of ['page.html', '.gitignore', 'sub/x']) await writeFile(join(root, name, file), '');
    await chmod(join(root, name, path), 0);
  }
  const folders = Object.keys(closed).map((name) => join(root, name));
  const withoutRights = ['--bounding-set=-dac_override,-dac_read_search', '--'];
  const node = [process.execPath, '--input-type=module', '--eval', SCRIPT, ...folders];
  const { stdout } = await promisify(execFile)('setpriv', [...withoutRights, ...node]);
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    'CommandFault Cannot read "page.html": permission denied',
    'CommandFault Cannot read ".gitignore": permission denied',
    `CommandFault Cannot read the folder "${join(root, 'sub/sub')}": permission denied`,
    `CommandFault Cannot read the folder "${join(root, 'whole')}": permission denied`,
  ]);
});
