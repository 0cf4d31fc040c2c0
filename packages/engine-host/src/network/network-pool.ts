/**
 * Network namespaces, ready before they are needed: cable to the project's bridge, address, default route and sysctls
 * are in place, so a cold start only takes one. Making one costs about 15 ms and happens in the background, one at a
 * time. A project keeps few (a namespace is some 100 KiB of kernel memory). A namespace in use is held by its instance's
 * process alone and vanishes with it; this file only remembers the address.
 */
import { closeSync, existsSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inNetworkNamespace, pinNetworkNamespace, unmount } from '@slipway/kernel';
import { runProcess } from '@slipway/process';
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

/** Spare namespaces of a project: enough for the next start and one beside it. */
const SPARE_PER_PROJECT = 2;
/** Refilling waits until the start that took a spare is through: both would share the same few cores. */
const REFILL_DELAY_MS = 250;

export interface NetworkSlot {
  readonly address: string;
  /** File the namespace is mounted on until the instance runs. */
  readonly namespacePath: string;
}

interface ProjectPool {
  readonly subnet: ProjectSubnet;
  readonly userNamespacePath: string | undefined;
  readonly spare: NetworkSlot[];
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
  #refills: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(options: NetworkPoolOptions) {
    this.#options = options;
    this.guard = new BridgeGuard(options);
  }

  /** Makes the project known and fills its spares in the background. Idempotent. */
  open(subnet: ProjectSubnet, userNamespacePath: string | undefined): void {
    if (!this.#projects.has(subnet.ordinal)) {
      this.#projects.set(subnet.ordinal, { subnet, userNamespacePath, spare: [], used: new Set(), cursor: 0 });
    }
    this.#refillLater(subnet.ordinal);
  }

  /** Undefined when the project has no free address. */
  async take(ordinal: number): Promise<NetworkSlot | undefined> {
    const pool = this.#projects.get(ordinal);
    if (!pool) throw new Error(`Cannot take a network: project ${ordinal} has none`);
    const slot = pool.spare.shift() ?? (await this.#make(pool));
    this.#refillLater(ordinal);
    return slot;
  }

  /** The address is taken by an instance that was found running. */
  markUsed(ordinal: number, address: number): void {
    this.#projects.get(ordinal)?.used.add(address);
  }

  /** The instance runs: its process holds the namespace from now on. */
  unpin(slot: NetworkSlot): void {
    unmount(slot.namespacePath);
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
    await this.#refills;
    for (const slot of pool?.spare.splice(0) ?? []) {
      this.unpin(slot);
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
    this.#refills = this.#refills
      .then(() => sleep(REFILL_DELAY_MS, undefined, { signal: this.#closing.signal, ref: false }))
      .then(async () => {
        const pool = this.#projects.get(ordinal);
        while (
          pool &&
          !this.#closing.signal.aborted &&
          this.#projects.has(ordinal) &&
          pool.spare.length < SPARE_PER_PROJECT
        ) {
          const slot = await this.#make(pool);
          if (!slot) return;
          pool.spare.push(slot);
        }
      })
      .catch((error: unknown) => {
        if (!this.#closing.signal.aborted) this.#options.onRefillFailure(error);
      });
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
      this.unpin(slot);
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
    const outside = [
      `link add ${cable} type veth peer name eth0 address ${hardwareAddress(address)} netns ${namespacePath}`,
      `link set ${cable} master ${bridgeName(platformId, subnet.ordinal)} addrgenmode none up`,
    ];
    await runProcess(['ip', '-batch', '-'], { stdin: outside.join('\n') });
    const inside = [
      'link set lo up',
      `addr add ${formatAddress(address)}/${subnet.prefix} dev eth0`,
      'link set eth0 up',
      `route add default via ${subnet.gateway}`,
    ];
    await runInside(namespacePath, inside);
  }
}

/** Sets what every instance's namespace has set, then runs `ip` commands in it. */
async function runInside(namespacePath: string, commands: readonly string[]): Promise<void> {
  const namespaceFd = openSync(namespacePath, 'r');
  const ownFd = openSync('/proc/self/ns/net', 'r');
  try {
    await inNetworkNamespace(namespaceFd, ownFd, () => {
      // Root inside has no capability, so ports below 1024 are opened to everyone. No IPv6: nothing routes it.
      writeFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', '0');
      for (const scope of ['all', 'default']) {
        if (existsSync(`/proc/sys/net/ipv6/conf/${scope}`)) {
          writeFileSync(`/proc/sys/net/ipv6/conf/${scope}/disable_ipv6`, '1');
        }
      }
      // It is started before we are back in our own.
      return runProcess(['ip', '-batch', '-'], { stdin: commands.join('\n') });
    });
  } finally {
    closeSync(namespaceFd);
    closeSync(ownFd);
  }
}
