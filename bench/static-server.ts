/** The static server of the measurements: compiled here, or busybox's httpd where there is no compiler. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProcessFailure, runProcess } from '@slipway/process';

export interface StaticServer {
  readonly path: string;
  /** Arguments that make it listen on a port. */
  readonly argumentsFor: (port: number) => readonly string[];
}

export async function prepareStaticServer(folder: string): Promise<StaticServer> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'hello-server');
  try {
    await runProcess(['gcc', '-O2', '-static', '-o', path, join(import.meta.dirname, 'fixtures/hello-server.c')]);
    return { path, argumentsFor: (port) => [String(port)] };
  } catch (error) {
    if (!(error instanceof ProcessFailure)) throw error;
  }
  await copyFile('/bin/busybox', path);
  await writeFile(join(folder, 'index.html'), 'hello\n');
  return { path, argumentsFor: (port) => ['httpd', '-f', '-p', String(port), '-h', '/'] };
}
