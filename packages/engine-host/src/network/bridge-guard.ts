/**
 * What may pass between the ports of our bridges, as an nftables table of the bridge family. Invariant: an instance sends
 * with the two addresses it was given and with no others, whatever it does inside; so a source address says which
 * instance has sent, and with that which app. Which address is on which cable follows from the address alone. Instances
 * of an app that only some apps may call take no connection from those of others.
 *
 * Frames are judged before they reach the bridge, so that those to the host are judged too. Neither connection tracking
 * nor `reject` is used: kernels exist without either for bridges.
 */
import { EngineFault, type AppKey } from '@slipway/engine';
import { runProcess } from '@slipway/process';
import { cableName, cablePattern, hardwareAddress, parseAddress } from './address-plan.ts';
import { tableName } from './firewall.ts';

export interface BridgePlan {
  readonly platformId: string;
  /** First address of the platform's range. */
  readonly rangeBase: number;
}

export interface AddressHolder extends AppKey {
  readonly address: string;
}

/** An app that some of its project may not connect to. */
export interface ClosedApp extends AppKey {
  readonly callers: readonly string[];
}

interface BridgeScene {
  /** On whose cables frames pass. */
  readonly admitted: Iterable<string>;
  readonly holders: readonly AddressHolder[];
  readonly closed: readonly ClosedApp[];
}

/** Before the bridge learns anything from a frame. */
const PRIORITY = -300;

/** Linux takes the port of an outgoing connection from here on (`ip_local_port_range`); each network namespace begins so. */
const OWN_PORT_FIRST = 32_768;

/** The whole table, replaced in one transaction. Pure. */
export function renderBridgeGuard(plan: BridgePlan, { admitted, closed, holders }: BridgeScene): string {
  const table = tableOf(plan);
  const cables = [...admitted].map((address) => renderHolder(plan, address));
  return `table ${table}
delete table ${table}
table ${table} {
  set holder { type ifname . ether_addr . ipv4_addr; ${elementsOf(cables)}}
  chain source {
    type filter hook prerouting priority ${PRIORITY}; policy accept;
    iifname != "${cablePattern(plan.platformId)}" accept
    ether type ip iifname . ether saddr . ip saddr @holder accept
    ether type arp iifname . ether saddr . arp saddr ip @holder iifname . arp saddr ether . arp saddr ip @holder accept
    drop
  }
${renderCalls(closed, holders)}}
`;
}

/**
 * Connections from instance to instance. An answer must pass, and a bridge knows no connections; so of TCP the first packet
 * is judged, and each to a port below those that connections of one's own begin at, which is no answer; so a connection ends
 * that was open when its caller lost the right to it. Of everything else each packet is judged: a closed app gets no answers
 * to what it asks others over UDP.
 */
function renderCalls(closed: readonly ClosedApp[], holders: readonly AddressHolder[]): string {
  const addressesOf = ({ projectId }: AppKey, names: readonly string[]) =>
    holders.filter((one) => one.projectId === projectId && names.includes(one.appName)).map(({ address }) => address);
  const guarded = closed.flatMap((app, at) =>
    addressesOf(app, [app.appName]).map((own) => `${own} : jump callee_${at}`),
  );
  const chains = closed.map((app, at) => {
    const friends = addressesOf(app, [app.appName, ...app.callers]);
    const pass = friends.length === 0 ? '' : `    ip saddr { ${friends.join(', ')} } return\n`;
    return `  chain callee_${at} {\n${pass}    drop\n  }\n`;
  });
  return `${chains.join('')}  map closed { type ipv4_addr : verdict; ${elementsOf(guarded)}}
  chain calls {
    type filter hook forward priority 0; policy accept;
    tcp flags & (syn | ack) == syn ip daddr vmap @closed
    tcp dport < ${OWN_PORT_FIRST} ip daddr vmap @closed
    meta l4proto != tcp ip daddr vmap @closed
  }
`;
}

function elementsOf(list: readonly string[]): string {
  return list.length === 0 ? '' : `elements = { ${list.join(', ')} } `;
}

export class BridgeGuard {
  readonly #plan: BridgePlan;
  readonly #admitted = new Set<string>();
  readonly #holders = new Map<string, AddressHolder>();
  #closed: readonly ClosedApp[] = [];
  #changes: Promise<unknown> = Promise.resolve();
  /** Changes of elements whose turn has not come: they go in one transaction. */
  #waiting: { readonly commands: string[]; readonly made: Promise<void> } | undefined;

  constructor(plan: BridgePlan) {
    this.#plan = plan;
  }

  /** Sets the rules, for those who are there already. */
  open(holders: readonly AddressHolder[], closed: readonly ClosedApp[]): Promise<void> {
    this.#admitted.clear();
    this.#holders.clear();
    for (const { address, appName, projectId } of holders) {
      this.#admitted.add(address);
      this.#holders.set(address, { address, appName, projectId });
    }
    this.#closed = closed;
    return this.#inTurn(async () => {
      await this.#applyAll().catch((cause: unknown) => {
        const message =
          'Cannot keep instances to their own addresses: the kernel refuses rules for bridges. It needs CONFIG_NF_TABLES_BRIDGE';
        throw new EngineFault('engine_unavailable', message, { cause });
      });
    });
  }

  /** From when it resolves on, frames of the address pass from its own cable. */
  admit(address: string): Promise<void> {
    this.#admitted.add(address);
    return this.#change('add', address);
  }

  /** No frame of the address passes any more. */
  dismiss(address: string): Promise<void> {
    if (!this.#admitted.delete(address)) return Promise.resolve();
    return this.#change('delete', address);
  }

  /** Before anything of the app's runs there. */
  async hold(holder: AddressHolder): Promise<void> {
    this.#holders.set(holder.address, holder);
    await this.#applyFor(holder);
  }

  async release(address: string): Promise<void> {
    const holder = this.#holders.get(address);
    this.#holders.delete(address);
    if (holder) await this.#applyFor(holder);
  }

  /** These are all the apps that are not open to their whole project. */
  close(closed: readonly ClosedApp[]): Promise<void> {
    this.#closed = closed;
    return this.#inTurn(() => this.#applyAll());
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

  /** Who holds what says nothing in a project whose apps are all open. */
  async #applyFor({ projectId }: AppKey): Promise<void> {
    if (this.#closed.some((app) => app.projectId === projectId)) await this.#inTurn(() => this.#applyAll());
  }

  /** Each run of nft is milliseconds, and a wave of starts asks for a hundred: what comes while one runs shares the next. */
  #change(verb: 'add' | 'delete', address: string): Promise<void> {
    const command = `${verb} element ${tableOf(this.#plan)} holder { ${renderHolder(this.#plan, address)} }\n`;
    if (this.#waiting) {
      this.#waiting.commands.push(command);
      return this.#waiting.made;
    }
    const commands = [command];
    const made = this.#inTurn(() => {
      this.#waiting = undefined;
      return this.#run(commands.join(''));
    });
    this.#waiting = { commands, made };
    return made;
  }

  /** These, or everything where the table is not as it was left. */
  async #run(commands: string): Promise<void> {
    const { exitCode } = await runProcess(['nft', '-f', '-'], { stdin: commands, allowExitCodes: [0, 1] });
    if (exitCode !== 0) await this.#applyAll();
  }

  async #applyAll(): Promise<void> {
    const scene = { admitted: this.#admitted, holders: [...this.#holders.values()], closed: this.#closed };
    await runProcess(['nft', '-f', '-'], { stdin: renderBridgeGuard(this.#plan, scene) });
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
