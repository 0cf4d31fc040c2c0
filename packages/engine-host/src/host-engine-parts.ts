/** What the host engine is made of; its composition root hands it in. */
import type { ImageStore } from '@slipway/images';
import type { HostEngineConfig } from './host-engine-config.ts';
import type { HostLog } from './host-log.ts';
import type { InstanceRuntime } from './instance/instance-runtime.ts';
import type { ScaleWindows } from './scaler/scale-input.ts';
import type { MemoryState } from './standby/memory-pressure.ts';

export interface HostEngineParts {
  readonly config: HostEngineConfig;
  readonly runtime: InstanceRuntime;
  readonly images: ImageStore;
  readonly log: HostLog;
  /** Shorter windows make an app sleep sooner; the default is Knative's. */
  readonly scaleWindows?: Partial<ScaleWindows>;
  /** How much memory the machine has left; the default asks the kernel. */
  readonly memoryState?: () => MemoryState;
  /** Requests held per sleeping app. */
  readonly waitingPerAppMax?: number;
}
