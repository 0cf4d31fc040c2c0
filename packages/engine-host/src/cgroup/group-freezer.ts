/**
 * Makes the processes of a control group stand still, and lets them go on. The freezer of version 2 is part of every
 * group, that of version 1 a hierarchy of its own; a machine has one of them, which never changes.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Processes that are inside the kernel stand still when they leave it; at most half a second is waited for them. */
const FREEZE_TRIES_MAX = 250;
const FREEZE_PAUSE_MS = 2;

const FREEZERS = [
  { file: 'cgroup.freeze', frozen: '1', thawed: '0', report: 'cgroup.events', isFrozen: /^frozen 1$/m },
  { file: 'freezer.state', frozen: 'FROZEN', thawed: 'THAWED', report: 'freezer.state', isFrozen: /^FROZEN$/m },
] as const;

interface GroupFreezer {
  /** Resolves when every process of the group stands still; they go on when that cannot be. */
  freeze(name: string): Promise<void>;
  /** Whether it was made to stand still, whole. */
  isFrozen(name: string): boolean;
  /** Lets them go on. One that was never frozen, or is gone, is no error. */
  thaw(name: string): void;
}

type FoundFreezer = (typeof FREEZERS)[number] & { readonly root: string };

/** `roots`: the parent of the groups in each hierarchy. */
export function createGroupFreezer(roots: readonly string[]): GroupFreezer {
  let found: FoundFreezer | undefined;

  /** Looked for once, because a thaw is on a request's path. */
  function find(name: string): FoundFreezer | undefined {
    if (found) return found;
    const all = roots.flatMap((root) => FREEZERS.map((freezer) => ({ ...freezer, root })));
    found = all.find(({ root, file }) => existsSync(join(root, name, file)));
    return found;
  }

  function thaw(name: string): void {
    const freezer = find(name);
    if (!freezer) return;
    try {
      writeFileSync(join(freezer.root, name, freezer.file), freezer.thawed);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  function isFrozen(name: string): boolean {
    const freezer = find(name);
    return freezer?.isFrozen.test(readFileSync(join(freezer.root, name, freezer.report), 'utf8')) === true;
  }

  return {
    async freeze(name) {
      const freezer = find(name);
      if (!freezer) throw new Error(`Cannot freeze the control group ${name}: it has no freezer`);
      writeFileSync(join(freezer.root, name, freezer.file), freezer.frozen);
      for (let attempt = 0; attempt < FREEZE_TRIES_MAX; attempt++) {
        if (isFrozen(name)) return;
        await sleep(FREEZE_PAUSE_MS);
      }
      thaw(name);
      throw new Error(`Cannot freeze the control group ${name}: its processes do not stand still`);
    },
    isFrozen,
    thaw,
  };
}
