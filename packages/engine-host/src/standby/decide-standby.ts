/**
 * What stands by between zero and running, and what does not: the most recently used come first, as far as memory and
 * counts reach; what is behind them leaves. A sleeping revision with nothing that stands by is a wish, and takes its
 * place among the others by when it was used. Pure.
 */
import type { StandbyTier } from '../instance/instance-runtime.ts';

export interface StandbyEntry {
  /** Name of the instance, or of the one that the sandbox will be. */
  readonly name: string;
  /** The revision it belongs to, unique on the platform. */
  readonly ownerId: string;
  readonly projectId: string;
  readonly tier: StandbyTier;
  readonly memoryBytes: number;
  readonly lastUsedAtMs: number;
}

/** A sleeping revision that a sandbox should wait for. */
export type StandbyWish = Pick<StandbyEntry, 'ownerId' | 'projectId' | 'lastUsedAtMs'>;

export interface StandbyBounds {
  readonly memoryBytesMax: number;
  readonly entriesMax: number;
  readonly entriesPerProjectMax: number;
}

export interface StandbyScene {
  readonly entries: readonly StandbyEntry[];
  readonly wishes: readonly StandbyWish[];
  readonly bounds: StandbyBounds;
  /** What a new sandbox is taken to need. */
  readonly sandboxBytes: number;
  /** The machine is short of memory: one leaves at each look, and nothing new is made. */
  readonly isPressed: boolean;
}

export interface StandbyDecision {
  /** Names of entries that leave, the longest unused first. */
  readonly evict: readonly string[];
  /** Owner of the sandbox to make now. */
  readonly prepare: string | undefined;
}

export function decideStandby(scene: StandbyScene): StandbyDecision {
  const { bounds, entries, sandboxBytes, wishes } = scene;
  const candidates = [
    ...entries.map((entry) => ({ ...entry, evict: entry.name })),
    ...wishes.map((wish) => ({ ...wish, evict: undefined, memoryBytes: sandboxBytes })),
  ].toSorted((one, other) => other.lastUsedAtMs - one.lastUsedAtMs);
  const evict: string[] = [];
  const counts = new Map<string, number>();
  let count = 0;
  let memoryBytes = 0;
  let prepare: string | undefined;
  for (const candidate of candidates) {
    const ofProject = counts.get(candidate.projectId) ?? 0;
    const fits =
      memoryBytes + candidate.memoryBytes <= bounds.memoryBytesMax &&
      count < bounds.entriesMax &&
      ofProject < bounds.entriesPerProjectMax;
    if (!fits) {
      if (candidate.evict !== undefined) evict.unshift(candidate.evict);
      continue;
    }
    count += 1;
    counts.set(candidate.projectId, ofProject + 1);
    memoryBytes += candidate.memoryBytes;
    if (candidate.evict === undefined) prepare ??= candidate.ownerId;
  }
  if (!scene.isPressed) return { evict, prepare };
  const oldest = candidates.findLast((candidate) => candidate.evict !== undefined)?.evict;
  return { evict: evict.length > 0 || oldest === undefined ? evict : [oldest], prepare: undefined };
}
