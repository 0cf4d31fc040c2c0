/**
 * What looks now and then, because nothing tells it, looks on common beats: waking a process that has rested costs many
 * times what the look itself does, so all of a process wake it once.
 */

export const BEAT_MS = 30_000;
/** Who asks for a beat just behind one, because its last look took a moment, would otherwise miss the beat it means. */
const EARLY_MS_MAX = 1_000;

/** How long from now to the beat after `delayMs`: it comes up to a beat later, or a second earlier. Pure. */
export function delayToBeat(delayMs: number, nowMs: number): number {
  const beat = Math.ceil((nowMs + delayMs - EARLY_MS_MAX) / BEAT_MS);
  return Math.max(0, beat * BEAT_MS - nowMs);
}
