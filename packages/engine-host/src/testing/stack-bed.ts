/** The whole host engine as it is shipped, on a platform of its own: containers, real images, bridges, HAProxy. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageStore } from '@slipway/images';
import type { HostEngineConfig } from '../host-engine-config.ts';
import { createHostEngine, type PurgeableEngine } from '../host-engine.ts';
import { createInstanceRuntime } from '../instance/host-instance-runtime.ts';
import type { InstanceRecord } from '../instance/instance-record.ts';
import { keyOf, machineLayoutFor } from '../instance/machine-layout.ts';
import { configFor, freePort, logInto } from './engine-bed.ts';
import { openHttps } from './https-client.ts';
import { STACK_WINDOWS } from './stack-windows.ts';
import { openRealImages } from './real-images.ts';

export interface StackBed extends AsyncDisposable {
  readonly dir: string;
  readonly config: HostEngineConfig;
  readonly images: ImageStore;
  readonly log: readonly string[];
  /** A new engine over always the same machine, as after a restart of the daemon. */
  createEngine(): PurgeableEngine;
  /** What the platform has written down of an instance that runs. */
  recordOf(instanceName: string): Promise<InstanceRecord>;
  /** Of an instance that runs. */
  addressOf(instanceName: string): Promise<string>;
}

export interface StackBedOptions {
  readonly platformId: string;
  readonly cidr: string;
  readonly userBase: number;
  readonly privateEntry?: { readonly address: string; readonly port: number };
  /** Short for programs that never listen; longer where many boot at once. */
  readonly startDeadlineMs?: number;
}

export async function openStackBed(options: StackBedOptions): Promise<StackBed> {
  const { platformId, cidr, userBase, privateEntry, startDeadlineMs = 4_000 } = options;
  const dir = await mkdtemp(join(tmpdir(), `slipway-${platformId}-`));
  // Users of instances must find their way to the layers.
  await chmod(dir, 0o711);
  const config = {
    ...configFor(dir, await freePort(), { network: 'unused', startDeadlineMs }),
    platformId,
    https: await openHttps(dir),
    ...(privateEntry && { privateEntry }),
    network: { cidr, projectPrefix: 24, dnsUpstreams: [] },
    users: { base: userBase, perProject: 65_536, allowHostUsers: false },
    instanceLog: { fileBytesMax: 1_000_000, filesPerInstanceMax: 2, instancesPerAppMax: 5 },
  };
  const images = await openRealImages(config);
  const log: string[] = [];

  function open() {
    const runtime = createInstanceRuntime({ config, images, log: logInto(log) });
    return {
      runtime,
      engine: createHostEngine({ config, runtime, images, log: logInto(log), scaleWindows: STACK_WINDOWS }),
    };
  }

  async function recordOf(instanceName: string): Promise<InstanceRecord> {
    const { recordPath } = machineLayoutFor(config).instance(keyOf(instanceName));
    return JSON.parse(await readFile(recordPath, 'utf8')) as InstanceRecord;
  }

  return {
    dir,
    config,
    images,
    log,
    createEngine: () => open().engine,
    recordOf,
    addressOf: async (instanceName) => (await recordOf(instanceName)).instance.address,
    async [Symbol.asyncDispose]() {
      const { runtime, engine } = open();
      await runtime.adopt();
      await engine.purge();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
