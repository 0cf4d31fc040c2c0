/**
 * Makes containers that wait for their first byte, each with a network of its own. Nothing of one is left when anything
 * fails, what the caller does with it included.
 */
import { existsSync, rmSync } from 'node:fs';
import type { ImageStore } from '@slipway/images';
import { unmountAside } from '@slipway/kernel';
import type { HostLog } from '../host-log.ts';
import { parseAddress } from '../network/address-plan.ts';
import type { NetworkPool, NetworkSlot } from '../network/network-pool.ts';
import { createInstance, type LaunchParts } from './instance-launch.ts';
import type { InstanceRecord } from './instance-record.ts';
import { releaseInstance, type ReleaseParts } from './instance-release.ts';
import { StartFailure, type AddressWatch, type InstanceRequest } from './instance-runtime.ts';
import { keyOf } from './machine-layout.ts';
import type { ProjectGrounds } from './project-ground.ts';
import { once } from './waiting.ts';

export interface MakerParts extends ReleaseParts {
  readonly launch: LaunchParts;
  readonly images: ImageStore;
  readonly pool: NetworkPool;
  readonly grounds: ProjectGrounds;
  readonly addresses: AddressWatch;
  readonly log: HostLog;
  /** From then on somebody else looks after it. */
  readonly isKept: (instanceName: string) => boolean;
}

/** `detach` gives back the mounts that only the start needed; it never rejects. */
export type UseContainer<Made> = (record: InstanceRecord, detach: () => Promise<void>) => Promise<Made>;

export class InstanceMaker {
  readonly #parts: MakerParts;
  /** Keys between the first file and the record with processes; the sweep must not take them for strays. */
  readonly #making = new Set<string>();

  constructor(parts: MakerParts) {
    this.#parts = parts;
  }

  get making(): ReadonlySet<string> {
    return this.#making;
  }

  /**
   * What crun refuses for no fault of the app's is tried once more. Seen on a machine with groups of version 1: another
   * program mounted a hierarchy for a moment, and crun, which shows each to an instance, found it gone.
   */
  async make<Made>(request: InstanceRequest, signal: AbortSignal, use: UseContainer<Made>): Promise<Made> {
    try {
      return await this.#make(request, signal, use);
    } catch (error) {
      if (!(error instanceof StartFailure) || !error.mayPass || signal.aborted) throw error;
      this.#parts.log.warn('crun refuses a container: trying once more', { instance: request.instanceName, error });
      return await this.#make(request, signal, use);
    }
  }

  async #make<Made>(request: InstanceRequest, signal: AbortSignal, use: UseContainer<Made>): Promise<Made> {
    const { addresses, grounds, images, isKept, launch, pool } = this.#parts;
    const key = keyOf(request.instanceName);
    const ground = grounds.get(request.projectId);
    if (!ground)
      throw new StartFailure('runtime_error', 'The instance could not be created: its project is not set up');
    if (isKept(request.instanceName) || this.#making.has(key)) {
      const message = `The instance could not be created: "${request.instanceName}" runs already`;
      throw new StartFailure('runtime_error', message);
    }
    this.#making.add(key);
    const { ordinal } = ground.subnet;
    let address: string | undefined;
    let detach = async () => {};
    try {
      const createdAt = new Date().toISOString();
      const image = await images.read(request.revision.imageReference);
      if (!image) throw new StartFailure('image_missing', 'The image is not on this machine. Deploy the app again');
      const slot = await pool.take(ordinal);
      if (!slot)
        throw new StartFailure(
          'no_address',
          'The project has no free network address: it runs as many instances as its subnet holds',
        );
      address = slot.address;
      detach = once(() => this.#detach(key, slot));
      const told = addresses.given(request, slot.address);
      // Whoever waits for it hears of it.
      told.catch(() => undefined);
      const record = await createInstance(launch, { request, image, ground, slot, createdAt });
      await told;
      return await use(record, detach);
    } catch (error) {
      await detach();
      await this.#abandon(request, address === undefined ? undefined : { ordinal, address });
      if (error instanceof StartFailure || signal.aborted) throw error;
      throw new StartFailure('runtime_error', 'The instance could not be created: the machine refused a step', {
        cause: error,
      });
    } finally {
      this.#making.delete(key);
    }
  }

  async #detach(key: string, slot: NetworkSlot): Promise<void> {
    const { layout, log, pool } = this.#parts;
    try {
      await unmountAside(layout.instance(key).rootDir);
      await pool.unpin(slot);
    } catch (error) {
      log.error('What only a start needed cannot be given back', { key, error });
    }
  }

  /** A start that failed: nothing of it may stay, and that must not hide why it failed. */
  async #abandon(request: InstanceRequest, network: { ordinal: number; address: string } | undefined): Promise<void> {
    const { addresses, cgroups, isKept, layout, log, pool } = this.#parts;
    const key = keyOf(request.instanceName);
    if (isKept(request.instanceName)) return;
    try {
      if (existsSync(layout.instance(key).bundleDir)) await releaseInstance({ layout, cgroups }, key);
      rmSync(layout.instanceLogDir(request), { recursive: true, force: true });
      if (network) await addresses.returned(network.address);
    } catch (error) {
      log.error('A failed start cannot be cleaned up', { instance: request.instanceName, error });
    }
    if (network) pool.free(network.ordinal, parseAddress(network.address));
  }
}
