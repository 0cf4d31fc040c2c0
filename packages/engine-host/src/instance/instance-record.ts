/**
 * What the daemon must know of an instance to find it again: one JSON file in the run folder, written before anything of
 * it is started. A record without processes is a start that was cut off. Records vanish with a reboot, as the instances do.
 */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ProcessIdentity } from '@slipway/process';
import type { MachineLayout } from './machine-layout.ts';
import type { Instance, StandbyTier } from './instance-runtime.ts';

export interface StandbyState {
  readonly tier: StandbyTier;
  readonly since: string;
}

export interface InstanceRecord {
  readonly key: string;
  readonly instance: Instance;
  /** Pinned; its layers are mounted. Absent in records of before this was kept. */
  readonly imageReference?: string;
  readonly ordinal: number;
  /** Folders of the volumes it mounts; absent when there are none. */
  readonly volumes?: readonly string[];
  readonly stopSignal: NodeJS.Signals;
  readonly ephemeralStorageBytes: number;
  /** It stands by since then: created and not started, or frozen. Absent while it starts or runs. */
  readonly standsBy?: StandbyState;
  /** Undefined until the container exists. */
  readonly processes?: {
    readonly container: ProcessIdentity;
    /** Undefined when conmon ended before we looked. */
    readonly monitor?: ProcessIdentity;
  };
}

/** Synchronous on purpose: on the cold-start path one write costs less than a turn through the thread pool. */
export function writeRecord(path: string, record: InstanceRecord): void {
  const draft = `${path}.tmp`;
  writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
  renameSync(draft, path);
}

/** Every record there is, and the keys of folders without a readable one. */
export function readRecords(layout: MachineLayout): { records: InstanceRecord[]; broken: string[] } {
  const records: InstanceRecord[] = [];
  const broken: string[] = [];
  for (const key of readdirSync(layout.instancesDir)) {
    const { recordPath } = layout.instance(key);
    try {
      if (!existsSync(recordPath)) broken.push(key);
      else records.push(JSON.parse(readFileSync(recordPath, 'utf8')) as InstanceRecord);
    } catch {
      broken.push(key);
    }
  }
  return { records, broken };
}
