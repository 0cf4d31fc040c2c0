/** Waits for a condition by asking again, never by a fixed sleep: quick when it is quick, bounded when it never comes. */
import { setTimeout as delay } from 'node:timers/promises';

const FIRST_PAUSE_MS = 20;
const PAUSE_MS_MAX = 500;

/** Resolves with the first value that is neither undefined nor false; throws with the last one's story otherwise. */
export async function waitUntil<Value>(
  what: string,
  ask: () => Promise<Value | undefined | false> | Value | undefined | false,
  { timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {},
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, PAUSE_MS_MAX)) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`Cannot see within ${timeoutMs} ms that ${what}`, { cause: lastError });
    }
    await delay(pauseMs);
  }
}
