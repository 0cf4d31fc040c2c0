/** How many instances a revision should have, from its role and what the scaler wants. Pure. */
import type { ScaleBounds } from '@slipway/engine';
import { instancesUpperBound } from '../scaler/scale-input.ts';

/** `serving`: has traffic, scales with it. `verifying`: must show that it comes up. `retired`: goes. */
export type RevisionRole = 'serving' | 'verifying' | 'retired';

export interface WantedInput {
  readonly role: RevisionRole;
  /** It failed to come up and is not tried any more. */
  readonly hasGivenUp: boolean;
  /** What the scaler wants. */
  readonly scaled: number;
  /** Time since it was first ready; undefined while it never was. */
  readonly verifiedForMs: number | undefined;
}

/** A verified revision waits this long, warm, for its traffic. */
export const VERIFIED_HOLD_MS = 30_000;

export function instancesWanted(bounds: ScaleBounds, input: WantedInput): number {
  if (input.hasGivenUp) return 0;
  switch (input.role) {
    case 'retired':
      return 0;
    case 'serving':
      return Math.min(Math.max(input.scaled, bounds.instancesMin), instancesUpperBound(bounds));
    case 'verifying': {
      const isHeld = input.verifiedForMs === undefined || input.verifiedForMs < VERIFIED_HOLD_MS;
      return isHeld ? instancesToVerify(bounds, { hasRoom: true }) : 0;
    }
  }
}

/**
 * Instances of a new revision that take requests before it is given any: its minimum too, because it may have all requests
 * a moment later. Where there is no room for the minimum beside the revision before it, that one would never make room.
 */
export function instancesToVerify(bounds: ScaleBounds, { hasRoom }: { readonly hasRoom: boolean }): number {
  return Math.max(1, bounds.instancesInitial, hasRoom ? bounds.instancesMin : 0);
}
