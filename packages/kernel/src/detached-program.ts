/** Starts a program in a session of its own that does not end with us. */
import { posixSpawn } from './posix-spawn.ts';

export interface DetachedProgram {
  /** Absolute. */
  readonly path: string;
  /** Without the program's own name. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** Descriptors of ours that it has as its 3, 4, …; its standard streams lead nowhere. */
  readonly descriptors: readonly number[];
}

/** Returns its process id once it is loaded. It stays a zombie after its end until `reap` was called. */
export function spawnDetached({ argv, descriptors, environment, path, workingDir }: DetachedProgram): number {
  const streams = [undefined, undefined, undefined, ...descriptors];
  return posixSpawn({ file: path, argv, environment, workingDir, streams, hasOwnSession: true });
}
