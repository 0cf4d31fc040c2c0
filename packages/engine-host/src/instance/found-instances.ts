/** What the records of an earlier daemon turn out to be, by what is on the machine now. Looks and changes nothing. */
import { existsSync } from 'node:fs';
import { isAlive } from '@slipway/process';
import { awaitsStart } from './conmon.ts';
import type { InstanceRecord } from './instance-record.ts';
import type { CgroupTree } from '../cgroup/cgroup-tree.ts';
import type { AdoptedStandby } from './instance-runtime.ts';
import type { MachineLayout } from './machine-layout.ts';

export interface FoundInstances {
  /** Running or frozen. */
  readonly living: readonly InstanceRecord[];
  readonly ended: readonly InstanceRecord[];
  /** Starts that never came to the byte that begins the user's process, so nobody was told of them; and sandboxes. */
  readonly unstarted: readonly InstanceRecord[];
}

export function sortFound(records: readonly InstanceRecord[], layout: MachineLayout): FoundInstances {
  const living: InstanceRecord[] = [];
  const ended: InstanceRecord[] = [];
  const unstarted: InstanceRecord[] = [];
  for (const found of records) {
    const { processes, key } = found;
    if (processes === undefined || awaitsStart(layout.runtimeRoot, key)) {
      unstarted.push(found);
      continue;
    }
    const record = found.standsBy?.tier === 'created' ? asBegun(found) : found;
    if (!existsSync(layout.instance(key).exitPath) && isAlive(processes.container)) living.push(record);
    else ended.push(record);
  }
  return { living, ended, unstarted };
}

/** The record is written behind the begin of a sandbox: nobody wrote down when that was. */
function asBegun({ standsBy: _ended, ...record }: InstanceRecord): InstanceRecord {
  return { ...record, instance: { ...record.instance, startedAt: new Date().toISOString() } };
}

/** At most one: what it stands by as, and what it holds. */
export function standbyOf(
  { key, instance, standsBy }: InstanceRecord,
  cgroups: Pick<CgroupTree, 'memoryBytes'>,
): readonly AdoptedStandby[] {
  return standsBy ? [{ instance, ...standsBy, memoryBytes: cgroups.memoryBytes(key) }] : [];
}
