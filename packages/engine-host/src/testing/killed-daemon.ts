/**
 * A daemon that is killed while it starts an instance: run as a process of its own with one JSON argument. It kills
 * itself without warning `killAfterMs` after it began the start.
 */
import type { StoredImage } from '@slipway/images';
import type { HostEngineConfig } from '../host-engine-config.ts';
import { createInstanceRuntime } from '../instance/host-instance-runtime.ts';
import type { InstanceRequest } from '../instance/instance-runtime.ts';

export interface KilledDaemonPlan {
  readonly config: HostEngineConfig;
  readonly image: StoredImage;
  readonly request: InstanceRequest;
  readonly killAfterMs: number;
}

const plan = JSON.parse(process.argv[2] ?? '') as KilledDaemonPlan;
const runtime = createInstanceRuntime({
  config: plan.config,
  images: {
    resolve: () => Promise.resolve(plan.image),
    read: () => Promise.resolve(plan.image),
    recordDigest: () => Promise.resolve(),
  },
  log: console,
});
await runtime.adopt();
await runtime.applyProject({ projectId: plan.request.projectId, subdomain: 'killed' });
setTimeout(() => process.kill(process.pid, 'SIGKILL'), plan.killAfterMs);
await runtime.start(plan.request, new AbortController().signal);
