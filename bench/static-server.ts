/** The static server of the measurements, compiled here; it listens on its first argument or `PORT`. Needs gcc. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';

export async function prepareStaticServer(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'hello-server');
  await runProcess(['gcc', '-O2', '-static', '-o', path, join(import.meta.dirname, 'fixtures/hello-server.c')]);
  return path;
}
