/**
 * Lets the frozen instances of a platform go on, without its daemon: a process that stands still does not hear that it is
 * to end, and with cgroups version 1 not even that it is killed.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownCgroups } from './leftovers.ts';

/** Version 1 and version 2. What a group does not have is not made: it is no file system for that. */
const FREEZERS = [
  ['freezer.state', 'THAWED'],
  ['cgroup.freeze', '0'],
] as const;

export async function thawInstances(platformId: string): Promise<void> {
  for (const parent of await ownCgroups(platformId)) {
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    const groups = entries.filter((entry) => entry.isDirectory()).map((entry) => join(parent, entry.name));
    for (const group of groups) {
      const files = new Set(await readdir(group).catch(() => []));
      for (const [file, thawed] of FREEZERS) {
        // A group that is gone by now has nothing to thaw.
        if (files.has(file)) await writeFile(join(group, file), thawed, { flag: 'r+' }).catch(() => undefined);
      }
    }
  }
}
