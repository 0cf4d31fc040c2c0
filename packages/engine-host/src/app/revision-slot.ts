/**
 * A revision's place in HAProxy: taken with its first instance, given back after its last. All that an instance does in
 * HAProxy goes through here.
 */
import type { AppKey, RevisionWorkload } from '@slipway/engine';
import type { Instance } from '../instance/instance-runtime.ts';
import type { Edge, EdgeServer } from '../proxy/edge.ts';
import type { KnownServer } from '../proxy/haproxy-output.ts';
import { renderSlotOwner } from '../proxy/slot-owner.ts';
import { InstanceFault } from './instance-fault.ts';
import type { Place } from './place.ts';

export interface RevisionSlotParts {
  readonly edge: Edge;
  readonly app: AppKey;
  readonly revision: RevisionWorkload;
}

export class RevisionSlot {
  readonly #parts: RevisionSlotParts;
  #number: number | undefined;
  /** Gets no requests because of what it answered; whatever takes it back ends this. */
  readonly #ejected = new Set<string>();

  constructor(parts: RevisionSlotParts) {
    this.#parts = parts;
  }

  get number(): number | undefined {
    return this.#number;
  }

  /** Throws InstanceFault when the machine serves as many apps at once as it can. */
  open(): number {
    const { edge, revision } = this.#parts;
    this.#number ??= edge.openSlot(this.#owner, revision.scale.requestTimeoutMs);
    if (this.#number !== undefined) return this.#number;
    throw new InstanceFault('no_capacity', 'too many apps are awake on this machine at once');
  }

  /** Takes over a server that HAProxy already has; false when it must be added anew. */
  async adopt(instance: Instance, known: KnownServer): Promise<boolean> {
    const { edge, revision } = this.#parts;
    const { requestTimeoutMs } = revision.scale;
    const slot = await edge.adoptServer(this.#owner, known, { ...this.#serverFor(instance), requestTimeoutMs });
    if (slot === undefined) return false;
    this.#number = slot;
    return true;
  }

  async add(instance: Instance): Promise<void> {
    await this.#parts.edge.addServer(this.open(), this.#serverFor(instance));
  }

  /** True when the instance has no request left; false when it has after its longest, or when aborted. */
  async drain(name: string, options: { timeoutMs: number; signal: AbortSignal }): Promise<boolean> {
    if (this.#number === undefined) return true;
    await this.#parts.edge.drainServer(this.#number, name);
    return this.#parts.edge.waitDrained(this.#number, { name, ...options });
  }

  /** No new request reaches the instance. */
  async rest(name: string): Promise<void> {
    if (this.#number !== undefined) await this.#parts.edge.drainServer(this.#number, name);
  }

  /** As `rest`, of one that is ready. */
  async eject(name: string): Promise<void> {
    this.#ejected.add(name);
    await this.rest(name);
  }

  isEjected(name: string): boolean {
    return this.#ejected.has(name);
  }

  async undrain(name: string): Promise<void> {
    this.#ejected.delete(name);
    if (this.#number !== undefined) await this.#parts.edge.undrainServer(this.#number, name);
  }

  /** Nothing is to be done for an instance that was never in. */
  async remove(place: Pick<Place, 'isRouted' | 'name'>): Promise<void> {
    if (!place.isRouted) return;
    this.#ejected.delete(place.name);
    if (this.#number !== undefined) await this.#parts.edge.removeServer(this.#number, place.name);
    place.isRouted = false;
  }

  /** The number is free for others when no stream is left in it; a new one can be opened at once. */
  async close(): Promise<void> {
    const slot = this.#number;
    this.#number = undefined;
    if (slot !== undefined) await this.#parts.edge.closeSlot(slot);
  }

  get #owner(): string {
    const { app, revision } = this.#parts;
    return renderSlotOwner({ ...app, revisionName: revision.revisionName });
  }

  #serverFor(instance: Instance): EdgeServer {
    return {
      name: instance.instanceName,
      address: instance.address,
      port: instance.port,
      concurrencyMax: this.#parts.revision.scale.concurrencyMax,
      isHttp2: this.#parts.revision.protocol === 'h2c',
    };
  }
}
