/** What the host engine is made of; its composition root hands it in. */
import type { ImageStore } from '@slipway/images';
import type { HostEngineConfig } from './host-engine-config.ts';
import type { HostLog } from './host-log.ts';
import type { InstanceRuntime } from './instance/instance-runtime.ts';
import type { ScaleWindows } from './scaler/scale-input.ts';

export interface HostEngineParts {
  readonly config: HostEngineConfig;
  readonly runtime: InstanceRuntime;
  readonly images: ImageStore;
  readonly log: HostLog;
  /** Shorter windows make an app sleep sooner; the default is Knative's. */
  readonly scaleWindows?: Partial<ScaleWindows>;
  /** Whether the machine is short of memory; the default asks the kernel. */
  readonly isShortOfMemory?: () => boolean;
  /** Requests held per sleeping app. */
  readonly waitingPerAppMax?: number;
}
