/**
 * `npm run generate` writes docs/reference from the code; with `--check` it writes nothing and fails when a page is not
 * what the code says.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renderReference } from './reference.ts';
import { REPOSITORY_ROOT } from './repository.ts';

const check = process.argv.includes('--check');
const stale: string[] = [];

for (const [path, text] of await renderReference()) {
  const target = join(REPOSITORY_ROOT, path);
  if (existsSync(target) && readFileSync(target, 'utf8') === text) continue;
  stale.push(path);
  if (check) continue;
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
}

for (const path of stale) console.log(check ? `Stale: ${path}. Run "npm run generate"` : `Wrote ${path}`);
if (check && stale.length > 0) process.exitCode = 1;
