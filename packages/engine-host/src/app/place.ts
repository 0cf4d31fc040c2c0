/** One wanted instance, from the decision to have it until it is gone. */
import { randomInt } from 'node:crypto';
import type { StartTimes } from '@slipway/engine';
import type { Instance, InstanceEnd } from '../instance/instance-runtime.ts';

/** `starting` → `ready` → `draining` → `stopping`; any of them may end at any time. */
export type PlacePhase = 'starting' | 'ready' | 'draining' | 'stopping';

export interface Place {
  readonly name: string;
  readonly createdAt: string;
  readonly restarts: number;
  /** Since when it is paid for: its creation, or when it was thawed last. */
  runsSince: string;
  /** What its start took, once it takes requests. */
  start?: StartTimes | undefined;
  phase: PlacePhase;
  /** The user's process was started. */
  hasProcess: boolean;
  /** HAProxy may send it requests. */
  isRouted: boolean;
  /** It is ready no longer, and out of rotation until it is again. */
  isResting: boolean;
  instance?: Instance;
  readyAtMs?: number;
  /** Set once the process is gone. */
  end?: InstanceEnd;
  /** Gives up a start, or the waiting of a drain. */
  abort: AbortController;
}

export interface PlaceStart {
  readonly name: string;
  readonly createdAt: string;
  readonly restarts: number;
}

/** The requests of a deleted app get so long to end. */
export const REMOVE_DRAIN_MAX_MS = 10_000;
/** From SIGTERM to SIGKILL; the requests were drained before. */
export const STOP_GRACE_MS = 10_000;
/** No vowels, so that no words appear; no characters that look alike. */
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const NAME_LENGTH = 5;

export function createPlace(start: PlaceStart): Place {
  const { createdAt } = start;
  return {
    ...start,
    runsSince: createdAt,
    phase: 'starting',
    hasProcess: false,
    isRouted: false,
    isResting: false,
    abort: new AbortController(),
  };
}

/** Of an instance that a killed daemon left. */
export function placeOf(instance: Instance, restarts: number): Place {
  const { instanceName, createdAt, thawedAt } = instance;
  return { ...createPlace({ name: instanceName, createdAt, restarts }), instance, runsSince: thawedAt ?? createdAt };
}

/** So long it has taken requests. */
export function ranForMs({ readyAtMs }: Place): number {
  return readyAtMs === undefined ? 0 : Date.now() - readyAtMs;
}

export function randomInstanceName(revisionName: string): string {
  const letters = Array.from({ length: NAME_LENGTH }, () => NAME_ALPHABET[randomInt(NAME_ALPHABET.length)]);
  return `${revisionName}-${letters.join('')}`;
}
