/** What the instance runtime is made of. */
import type { ImageStore } from '@slipway/images';
import type { HostEngineConfig } from '../host-engine-config.ts';
import type { HostLog } from '../host-log.ts';
import type { OnApiConnection } from '../network/api-doors.ts';

export interface InstanceRuntimeParts {
  readonly config: HostEngineConfig;
  readonly images: ImageStore;
  readonly log: HostLog;
  /** Takes the connections of instances to the API; absent: its own listener is on their gateways, or they have none. */
  readonly onApiConnection?: OnApiConnection | undefined;
}
