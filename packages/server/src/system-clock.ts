/** Real time and real randomness, as the control plane asks for them. */
import { randomInt } from 'node:crypto';
import type { Clock } from '@slipway/control';
import { delayToBeat } from '@slipway/process';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** The longest delay a timer of Node can hold; a longer one would fire at once. */
const DELAY_MS_MAX = 2 ** 31 - 1;

export function createSystemClock(): Clock {
  return {
    now: () => new Date(),
    after(delayMs, callback, { hasTime = false } = {}) {
      const waitMs = hasTime ? delayToBeat(delayMs, performance.now()) : delayMs;
      const timer = setTimeout(callback, Math.min(Math.max(waitMs, 0), DELAY_MS_MAX));
      return () => clearTimeout(timer);
    },
  };
}

/** Lower-case letters and digits, each equally likely. */
export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
