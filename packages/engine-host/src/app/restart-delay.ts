/** How long a crashing app waits before its next try: 0.5 s, 1 s, 2 s … 60 s. */

const DELAY_FIRST_MS = 500;
const DELAY_MAX_MS = 60_000;
/** A process that lived this long has shown that it can run; its next crash counts as the first. */
export const STABLE_RUN_MS = 60_000;

/** `failures` is how many tries in a row failed, 1 or more. */
export function restartDelayMs(failures: number): number {
  return Math.min(DELAY_MAX_MS, DELAY_FIRST_MS * 2 ** Math.min(failures - 1, 30));
}
