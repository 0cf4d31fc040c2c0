/** Starts a program in a session of its own that does not end with us. */
import { posixSpawnAside } from './posix-spawn.ts';

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

/**
 * Resolves with its process id once it is loaded; the descriptors stay open until then. It stays a zombie after its end
 * until `reap` was called. Loading takes a processor's time: in a wave of starts ours goes on meanwhile.
 */
export function spawnDetached({ argv, descriptors, environment, path, workingDir }: DetachedProgram): Promise<number> {
  const streams = [undefined, undefined, undefined, ...descriptors];
  return posixSpawnAside({ file: path, argv, environment, workingDir, streams, hasOwnSession: true });
}
