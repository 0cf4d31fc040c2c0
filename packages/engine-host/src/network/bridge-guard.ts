/**
 * What may pass between the ports of our bridges, as an nftables table of the bridge family. Invariant: an instance sends
 * with the two addresses it was given and with no others, whatever it does inside; so a source address says which
 * instance has sent, and with that which app. Which address is on which cable follows from the address alone.
 *
 * Frames are judged before they reach the bridge, so that those to the host are judged too. Neither connection tracking
 * nor `reject` is used: kernels exist without either for bridges.
 */
import { runProcess } from '@slipway/process';
import { cableName, cablePattern, hardwareAddress, parseAddress } from './address-plan.ts';
import { tableName } from './firewall.ts';

export interface BridgePlan {
  readonly platformId: string;
  /** First address of the platform's range. */
  readonly rangeBase: number;
}

/** Before the bridge learns anything from a frame. */
const PRIORITY = -300;

/** The whole table, replaced in one transaction. Pure. */
export function renderBridgeGuard(plan: BridgePlan, addresses: readonly string[]): string {
  const table = tableOf(plan);
  const holders = addresses.map((address) => renderHolder(plan, address));
  const elements = holders.length === 0 ? '' : ` elements = { ${holders.join(', ')} }`;
  return `table ${table}
delete table ${table}
table ${table} {
  set holder { type ifname . ether_addr . ipv4_addr;${elements} }
  chain source {
    type filter hook prerouting priority ${PRIORITY}; policy accept;
    iifname != "${cablePattern(plan.platformId)}" accept
    ether type ip iifname . ether saddr . ip saddr @holder accept
    ether type arp iifname . ether saddr . arp saddr ip @holder iifname . arp saddr ether . arp saddr ip @holder accept
    drop
  }
}
`;
}

export class BridgeGuard {
  readonly #plan: BridgePlan;
  readonly #held = new Set<string>();
  #changes: Promise<unknown> = Promise.resolve();

  constructor(plan: BridgePlan) {
    this.#plan = plan;
  }

  /** Sets the rules, for those who are there already. */
  open(addresses: readonly string[]): Promise<void> {
    this.#held.clear();
    for (const address of addresses) this.#held.add(address);
    return this.#inTurn(() => this.#applyAll());
  }

  /** From when it resolves on, frames of the address pass from its own cable. */
  admit(address: string): Promise<void> {
    this.#held.add(address);
    return this.#inTurn(() => this.#change('add', address));
  }

  /** No frame of the address passes any more. */
  dismiss(address: string): Promise<void> {
    if (!this.#held.delete(address)) return Promise.resolve();
    return this.#inTurn(() => this.#change('delete', address));
  }

  /** Sets what another program has removed; true when it had. */
  heal(): Promise<boolean> {
    return this.#inTurn(async () => {
      const argv = ['nft', '--terse', 'list', 'table', ...tableOf(this.#plan).split(' ')] as const;
      if ((await runProcess(argv, { allowExitCodes: [0, 1] })).exitCode === 0) return false;
      await this.#applyAll();
      return true;
    });
  }

  /** One element, or everything where the table is not as it was left. */
  async #change(verb: 'add' | 'delete', address: string): Promise<void> {
    const command = `${verb} element ${tableOf(this.#plan)} holder { ${renderHolder(this.#plan, address)} }\n`;
    const { exitCode } = await runProcess(['nft', '-f', '-'], { stdin: command, allowExitCodes: [0, 1] });
    if (exitCode !== 0) await this.#applyAll();
  }

  async #applyAll(): Promise<void> {
    await runProcess(['nft', '-f', '-'], { stdin: renderBridgeGuard(this.#plan, [...this.#held]) });
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#changes.then(change);
    this.#changes = result.catch(() => undefined);
    return result;
  }
}

export async function removeBridgeGuard(platformId: string): Promise<void> {
  const table = `bridge ${tableName(platformId)}`;
  await runProcess(['nft', '-f', '-'], { stdin: `table ${table}\ndelete table ${table}\n` });
}

function tableOf({ platformId }: BridgePlan): string {
  return `bridge ${tableName(platformId)}`;
}

function renderHolder({ platformId, rangeBase }: BridgePlan, text: string): string {
  const address = parseAddress(text);
  return `"${cableName(platformId, address - rangeBase)}" . ${hardwareAddress(address)} . ${text}`;
}
