/** The static servers of the measurements, compiled here; they listen on their first argument or `PORT`. Needs gcc. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';

export async function prepareStaticServer(folder: string): Promise<string> {
  return compileServer(folder, 'hello-server');
}

export async function compileServer(folder: string, name: 'hello-server' | 'ready-clock'): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  await runProcess(['gcc', '-O2', '-static', '-o', path, join(import.meta.dirname, `fixtures/${name}.c`)]);
  return path;
}
