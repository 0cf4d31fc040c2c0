/**
 * Which slot belongs to whom. A freed slot goes to the end of the line: a request that HAProxy has just routed to it
 * must not meet another app there, so the slot that was freed longest ago is taken first.
 */
export interface SlotPool {
  readonly capacity: number;
  /** undefined when every slot is taken. */
  claim(owner: string): number | undefined;
  /** Takes a certain slot at adoption; false when it does not exist or is taken. */
  adopt(slot: number, owner: string): boolean;
  release(slot: number): void;
  ownerOf(slot: number): string | undefined;
  /** Also after the slot was given back, until it is taken again: what is told of its last requests comes later. */
  lastOwnerOf(slot: number): string | undefined;
}

export function createSlotPool(capacity: number): SlotPool {
  const free = new Set(Array.from({ length: capacity }, (_none, slot) => slot));
  const owners = new Map<number, string>();
  const lastOwners = new Map<number, string>();
  function take(slot: number, owner: string): boolean {
    if (!free.delete(slot)) return false;
    owners.set(slot, owner);
    lastOwners.set(slot, owner);
    return true;
  }
  return {
    capacity,
    claim(owner) {
      const slot = free.values().next().value;
      return slot !== undefined && take(slot, owner) ? slot : undefined;
    },
    adopt: take,
    release(slot) {
      if (owners.delete(slot)) free.add(slot);
    },
    ownerOf: (slot) => owners.get(slot),
    lastOwnerOf: (slot) => lastOwners.get(slot),
  };
}
