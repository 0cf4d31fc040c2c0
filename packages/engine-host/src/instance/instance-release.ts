/** Gives back everything an instance holds on the machine but its log. Idempotent: also what a killed daemon left half-made. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CgroupTree } from '../cgroup/cgroup-tree.ts';
import { removeRoot } from '../mount/root-filesystem.ts';
import type { MachineLayout } from './machine-layout.ts';

export interface ReleaseParts {
  readonly layout: MachineLayout;
  readonly cgroups: CgroupTree;
}

/**
 * The record goes last: until then the next daemon would find and finish a cut-off release. `crun delete` would do no more
 * than this for a container without hooks, and is a program to start at each end.
 */
export async function releaseInstance({ layout, cgroups }: ReleaseParts, key: string): Promise<void> {
  const paths = layout.instance(key);
  cgroups.kill(key);
  await cgroups.remove(key);
  await removeRoot(paths);
  for (const dir of [join(layout.runtimeRoot, key), join(layout.socketsDir, key), paths.bundleDir])
    rmSync(dir, { recursive: true, force: true });
  rmSync(paths.exitPath, { force: true });
}

/** Keys of anything of an instance that lies around without a record. */
export function strayKeys({ layout, cgroups }: ReleaseParts, known: ReadonlySet<string>): readonly string[] {
  const names = [layout.runtimeRoot, layout.scratchDir, layout.exitsDir, layout.socketsDir].flatMap((dir) =>
    readdirSync(dir),
  );
  return [...new Set([...names, ...cgroups.list()])].filter((name) => /^[0-9a-f]{12}$/.test(name) && !known.has(name));
}

/** Bytes on disk of the instance's writable layer, counted until `limitBytes` is passed. */
export function scratchBytes(dir: string, limitBytes: number): number {
  const folders = [dir];
  let bytes = 0;
  for (let folder = folders.pop(); folder !== undefined && bytes <= limitBytes; folder = folders.pop()) {
    try {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) folders.push(path);
        else if (entry.isFile()) bytes += (statSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
      }
    } catch (error) {
      // The instance may remove a folder while we look.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return bytes;
}
