/** One instance or sandbox that the runtime watches, from its container's creation until everything of it is released. */
import type { RevisionWorkload } from '@slipway/engine';
import type { InstanceRecord } from './instance-record.ts';
import type { InstanceEnd } from './instance-runtime.ts';

export interface Living {
  record: InstanceRecord;
  /** The revision whose sandbox this is, while it waits to be started. */
  preparedFor?: RevisionWorkload;
  /** A sandbox that we removed: nobody is told. */
  isDismissed?: boolean;
  /** Gives back mounts that only the start needed: the instance's own namespaces keep its root and network alive. */
  readonly detach: () => Promise<void>;
  readonly ended: PromiseWithResolvers<InstanceEnd>;
  ending: boolean;
  /** Its record changed and is soon written. */
  unwritten?: NodeJS.Timeout | undefined;
  /** Why we are ending it; wins over what the exit code suggests. */
  killMessage?: string;
}
