/**
 * Room that others wait for, offered by idle apps one after the other: what one of them gives up takes a moment to be
 * free, and nobody falls asleep for nothing.
 */
import type { AdmissionBound } from '@slipway/engine';

/** From one that gives up its room to the next one asked. */
const PAUSE_MS = 1_000;

export interface RoomAsked {
  /** True when an app of the project is to give up what it does not use. Asked only when it would. */
  take(projectId: string): boolean;
}

export function createRoomAsked(
  waitsFor: () => readonly (Pick<AdmissionBound, 'scope'> & { readonly projectId: string })[],
  now: () => number = Date.now,
): RoomAsked {
  let takenAtMs = Number.NEGATIVE_INFINITY;
  return {
    take(projectId) {
      if (now() - takenAtMs < PAUSE_MS) return false;
      const isAsked = waitsFor().some((bound) => bound.scope === 'platform' || bound.projectId === projectId);
      if (isAsked) takenAtMs = now();
      return isAsked;
    },
  };
}
