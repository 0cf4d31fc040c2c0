/**
 * Network namespaces, ready before they are needed: cable to the project's bridge, address, default route and sysctls
 * are in place, so a cold start only takes one. Making one costs some milliseconds and happens in the background, one at a
 * time. A project keeps few (a namespace is some 100 KiB of kernel memory), and more where many were taken at once before.
 * A namespace in use is held by its instance's
 * process alone and vanishes with it; this file only remembers the address.
 */
import { closeSync, existsSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  addAddress,
  addCable,
  addDefaultRoute,
  inNetworkNamespace,
  linkIndex,
  Netlink,
  pinNetworkNamespace,
  raiseLink,
  unmount,
  unmountAside,
} from '@slipway/kernel';
import { runProcess } from '@slipway/process';
import { SPARE_MIN, SPARES_MAX, sparesWanted } from './spare-networks.ts';
import { BridgeGuard } from './bridge-guard.ts';
import {
  bridgeName,
  cableName,
  formatAddress,
  hardwareAddress,
  nextAddress,
  parseAddress,
  type ProjectSubnet,
} from './address-plan.ts';

/** Refilling waits until the starts that took a spare are through, but not for ever: both would share the same few cores. */
const REFILL_DELAY_MS = 250;
const REFILL_DELAYS_MAX = 40;

export interface NetworkSlot {
  readonly address: string;
  /** File the namespace is mounted on until the instance runs. */
  readonly namespacePath: string;
}

interface ProjectPool {
  readonly subnet: ProjectSubnet;
  readonly userNamespacePath: string | undefined;
  readonly spare: NetworkSlot[];
  /** How many there should be. */
  spareWanted: number;
  /** Taken since they were made good the last time. */
  taken: number;
  readonly used: Set<number>;
  cursor: number;
}

export interface NetworkPoolOptions {
  readonly platformId: string;
  readonly rangeBase: number;
  /** Folder of the pinned namespaces. */
  readonly dir: string;
  readonly onRefillFailure: (error: unknown) => void;
}

export class NetworkPool {
  /** Lets frames of an address pass from its own cable. */
  readonly guard: BridgeGuard;
  readonly #options: NetworkPoolOptions;
  readonly #projects = new Map<number, ProjectPool>();
  /** Projects that may have too few. */
  readonly #short = new Set<number>();
  #refills: Promise<void> | undefined;
  #filling: Promise<void> = Promise.resolve();
  /** Nobody took one since the last look. */
  #isCalm = true;
  readonly #closing = new AbortController();

  constructor(options: NetworkPoolOptions) {
    this.#options = options;
    this.guard = new BridgeGuard(options);
  }

  /** Makes the project known and fills its spares in the background. Idempotent. */
  open(subnet: ProjectSubnet, userNamespacePath: string | undefined): void {
    if (!this.#projects.has(subnet.ordinal)) {
      const spares = { spare: [], spareWanted: SPARE_MIN, taken: 0 };
      this.#projects.set(subnet.ordinal, { subnet, userNamespacePath, ...spares, used: new Set(), cursor: 0 });
    }
    this.#refillLater(subnet.ordinal);
  }

  /** Undefined when the project has no free address. */
  async take(ordinal: number): Promise<NetworkSlot | undefined> {
    const pool = this.#projects.get(ordinal);
    if (!pool) throw new Error(`Cannot take a network: project ${ordinal} has none`);
    pool.taken += 1;
    this.#isCalm = false;
    this.#refillLater(ordinal);
    return pool.spare.shift() ?? (await this.#make(pool));
  }

  /** The address is taken by an instance that was found running. */
  markUsed(ordinal: number, address: number): void {
    this.#projects.get(ordinal)?.used.add(address);
  }

  /** The instance runs: its process holds the namespace from now on. */
  async unpin(slot: NetworkSlot): Promise<void> {
    await unmountAside(slot.namespacePath);
    rmSync(slot.namespacePath, { force: true });
  }

  /** The instance is gone: its address may be handed out again. */
  free(ordinal: number, address: number): void {
    this.#dismiss(address);
    this.#projects.get(ordinal)?.used.delete(address);
  }

  /** Forgets the project; its spare namespaces end. */
  async remove(ordinal: number): Promise<void> {
    const pool = this.#projects.get(ordinal);
    this.#projects.delete(ordinal);
    await this.#filling;
    for (const slot of pool?.spare.splice(0) ?? []) {
      await this.unpin(slot);
      this.#dismiss(parseAddress(slot.address));
    }
  }

  /** Ends every pinned namespace: those of this daemon and those a killed one left. */
  clear(): void {
    for (const name of readdirSync(this.#options.dir)) {
      unmount(join(this.#options.dir, name));
      rmSync(join(this.#options.dir, name), { force: true });
    }
  }

  /** Stops refilling; spares end, instances keep theirs. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#refills;
    for (const ordinal of this.#projects.keys()) await this.remove(ordinal);
  }

  #refillLater(ordinal: number): void {
    this.#short.add(ordinal);
    this.#refills ??= this.#refill().finally(() => (this.#refills = undefined));
  }

  async #refill(): Promise<void> {
    while (this.#short.size > 0 && !this.#closing.signal.aborted) {
      await this.#waitCalm();
      for (const ordinal of this.#short) {
        this.#short.delete(ordinal);
        this.#filling = this.#fill(ordinal).catch((error: unknown) => this.#options.onRefillFailure(error));
        await this.#filling;
        if (!this.#isCalm) break;
      }
    }
  }

  async #waitCalm(): Promise<void> {
    for (let delays = 0; delays < REFILL_DELAYS_MAX; delays += 1) {
      this.#isCalm = true;
      await sleep(REFILL_DELAY_MS, undefined, { signal: this.#closing.signal, ref: false }).catch(() => undefined);
      if (this.#isCalm || this.#closing.signal.aborted) return;
    }
  }

  async #fill(ordinal: number): Promise<void> {
    const pool = this.#projects.get(ordinal);
    if (!pool) return;
    pool.spareWanted = sparesWanted(pool.spareWanted, pool.taken);
    pool.taken = 0;
    const isKnown = () => !this.#closing.signal.aborted && this.#projects.get(ordinal) === pool;
    while (isKnown() && pool.spare.length < pool.spareWanted && this.#hasRoom(pool)) {
      const slot = await this.#make(pool);
      if (!slot) return;
      pool.spare.push(slot);
      if (!this.#isCalm) return void this.#short.add(ordinal);
    }
  }

  #hasRoom({ spare }: ProjectPool): boolean {
    if (spare.length < SPARE_MIN) return true;
    const spares = [...this.#projects.values()].map((pool) => pool.spare.length);
    return spares.reduce((sum, one) => sum + one, 0) < SPARES_MAX;
  }

  async #make(pool: ProjectPool): Promise<NetworkSlot | undefined> {
    const address = nextAddress(pool.subnet, pool.cursor, pool.used);
    if (address === undefined) return undefined;
    pool.cursor = address;
    pool.used.add(address);
    const slot = { address: formatAddress(address), namespacePath: join(this.#options.dir, formatAddress(address)) };
    try {
      await pinNetworkNamespace(slot.namespacePath, pool.userNamespacePath);
      const admitted = this.guard.admit(slot.address);
      await Promise.all([admitted, this.#connect(pool.subnet, address, slot.namespacePath)]);
      return slot;
    } catch (error) {
      await this.unpin(slot);
      this.#dismiss(address);
      pool.used.delete(address);
      throw error;
    }
  }

  /** Behind whoever frees it: only the cable of this very address could use what is left. */
  #dismiss(address: number): void {
    this.guard.dismiss(formatAddress(address)).catch((error: unknown) => this.#options.onRefillFailure(error));
  }

  async #connect(subnet: ProjectSubnet, address: number, namespacePath: string): Promise<void> {
    const { platformId, rangeBase } = this.#options;
    const cable = cableName(platformId, address - rangeBase);
    if (existsSync(`/sys/class/net/${cable}`))
      await runProcess(['ip', 'link', 'del', cable], { allowExitCodes: [0, 1] });
    const namespaceFd = openSync(namespacePath, 'r');
    try {
      const peer = { name: 'eth0', hardwareAddress: hardwareAddress(address), namespaceFd };
      const masterIndex = linkIndex(bridgeName(platformId, subnet.ordinal));
      using outside = new Netlink();
      await outside.change([addCable({ name: cable, peer }), raiseLink({ name: cable, masterIndex, isBare: true })]);
      await connectInside(namespaceFd, subnet, formatAddress(address));
    } finally {
      closeSync(namespaceFd);
    }
  }
}

/** Sets what every instance's namespace has set, and gives its end of the cable the address and the way out. */
async function connectInside(namespaceFd: number, subnet: ProjectSubnet, address: string): Promise<void> {
  const ownFd = openSync('/proc/self/ns/net', 'r');
  try {
    const { index, netlink } = inNetworkNamespace(namespaceFd, ownFd, () => {
      // Root inside has no capability, so ports below 1024 are opened to everyone. No IPv6: nothing routes it.
      writeFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', '0');
      for (const scope of ['all', 'default']) {
        if (existsSync(`/proc/sys/net/ipv6/conf/${scope}`)) {
          writeFileSync(`/proc/sys/net/ipv6/conf/${scope}/disable_ipv6`, '1');
        }
      }
      return { index: linkIndex('eth0'), netlink: new Netlink() };
    });
    using inside = netlink;
    const { gateway, prefix } = subnet;
    const links = [raiseLink({ name: 'lo' }), addAddress({ index, address, prefix }), raiseLink({ name: 'eth0' })];
    await inside.change([...links, addDefaultRoute(gateway)]);
  } finally {
    closeSync(ownFd);
  }
}
