/** The version from this package's own file: reading it is far quicker than loading the contract for one word. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function readVersion(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
