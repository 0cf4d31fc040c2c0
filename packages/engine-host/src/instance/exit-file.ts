/** What conmon leaves of an ended instance: one file with the exit code, whose time is the time of the end. */
import { existsSync, readFileSync, statSync } from 'node:fs';

/** Undefined while there is none. */
export function readExitCode(path: string): number | undefined {
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** Now, when nobody noted it. */
export function exitTimeMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
}
