/**
 * What HAProxy must route, and the commands that make it so. The wanted state is kept here, because HAProxy forgets it
 * when its process is replaced: then everything is said again. Until then such requests reach the activator, which
 * holds them; so a lost HAProxy process costs the connections it had and nothing after.
 *
 * Order kept everywhere: a server is enabled before a host leads to it, and no longer chosen, free of sessions and
 * deleted before its instance may be stopped.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostLog } from '../host-log.ts';
import { CallerNames } from './caller-names.ts';
import { EdgeCertificates } from './edge-certificates.ts';
import { ACTIVATOR_SERVER, runtimeMaps, slotName, timeoutKey, type ProxyPaths } from './haproxy-config.ts';
import { HaproxyFault, type HaproxyCommand, type HaproxyControl } from './haproxy-control.ts';
import {
  parseMap,
  parseProcessId,
  parseServersState,
  parseSlotSample,
  type KnownServer,
  type SlotSample,
} from './haproxy-output.ts';
import { HostRoutes, type SlotShare } from './host-routes.ts';
import { MeshEntries, type MeshEntry } from './mesh-entries.ts';
import type { Guard } from './source-guard.ts';
import { SourceGuards } from './source-guards.ts';
import { createSlotPool, type SlotPool } from './slot-pool.ts';
import type { HaproxyProcess, HaproxyStart } from './haproxy-process.ts';
import { ToldMaps } from './told-maps.ts';

export interface EdgeServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Hard limit of requests in flight; the rest waits in HAProxy. */
  readonly concurrencyMax: number;
  /** It speaks HTTP/2 from the first byte on, and nothing else. */
  readonly isHttp2: boolean;
}

export interface EdgeStart {
  readonly how: HaproxyStart;
  /** Servers that an adopted HAProxy already has. */
  readonly servers: readonly KnownServer[];
}

/** Polls of a condition in HAProxy: short first, because most drains take a few milliseconds. */
const POLL_FIRST_MS = 2;
const POLL_MAX_MS = 100;
/** A server without sessions that still cannot be deleted has its connections cut. */
const DELETE_PATIENCE_MS = 3_000;
const RELOAD_WAIT_MAX_MS = 10_000;
const DELETE_WAIT_MAX_MS = 10_000;
/** A slot whose streams do not end stays unused rather than leading one app's request to another. */
const CLOSE_WAIT_MAX_MS = 1_200_000;

interface Slot {
  requestTimeoutMs: number;
  /** HAProxy knows its timeout. */
  told: Promise<void>;
  readonly servers: Map<string, EdgeServer>;
}

export interface EdgeParts {
  readonly paths: ProxyPaths;
  readonly slotCount: number;
  readonly process: HaproxyProcess;
  readonly control: HaproxyControl;
  readonly log: HostLog;
}

/** Where an authority looks for an answer, and the answer. Source: RFC 8555 section 8.3. */
const CHALLENGE = { path: '/.well-known/acme-challenge/', token: /^[\w-]{1,200}$/, answer: /^[\w.-]{1,400}$/ } as const;

export class Edge {
  readonly certificates: EdgeCertificates;
  readonly #parts: EdgeParts;
  readonly #pool: SlotPool;
  readonly #slots = new Map<number, Slot>();
  /** Answers to authorities, by their paths. */
  readonly #challenges = new Map<string, string>();
  readonly #told = new ToldMaps();
  readonly #callers: CallerNames;
  readonly #guards: SourceGuards;
  readonly #mesh: MeshEntries;
  readonly #routes: HostRoutes;
  readonly #stopping = new AbortController();
  #supervising: Promise<void> = Promise.resolve();

  constructor(parts: EdgeParts) {
    this.#parts = parts;
    this.#pool = createSlotPool(parts.slotCount);
    this.certificates = new EdgeCertificates({ ...parts, tell: (commands) => this.#tell(commands) });
    this.#callers = new CallerNames(parts.paths.callersMap, this.#told);
    this.#mesh = new MeshEntries(parts.paths, this.#told);
    this.#guards = new SourceGuards(parts.paths.sourcesMap, this.#told);
    this.#routes = new HostRoutes(parts.paths, this.#told, this.#guards);
  }

  /** Makes HAProxy run and reads what it already serves. */
  async start(): Promise<EdgeStart> {
    const { process, control, paths } = this.#parts;
    const how = await process.start();
    if (how === 'reloaded') await this.#leaveOldProcess();
    this.#supervising = process.supervise({
      untilLost: () => control.untilLost(),
      onReplaced: () => this.#leaveOldProcess().then(() => this.#sayAll()),
      signal: this.#stopping.signal,
    });
    await this.certificates.start(how);
    if (how !== 'adopted') return { how, servers: [] };
    for (const map of runtimeMaps(paths)) {
      const keys = [...parseMap(await control.ask(`show map ${map}`)).keys()];
      this.#told.note(map, keys);
      if (map === paths.sharesMap) this.#routes.noteShares(keys);
    }
    return { how, servers: parseServersState(await control.ask('show servers state')) };
  }

  /** Lets go: HAProxy goes on as it is. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#supervising;
    // Commands are answered in order: with this answer everything said before is done.
    await this.#parts.control.ask('show info').catch(() => undefined);
    this.#parts.control.close();
  }

  /** Takes a slot for a revision; undefined when every slot is taken. */
  openSlot(owner: string, requestTimeoutMs: number): number | undefined {
    const slot = this.#pool.claim(owner);
    if (slot === undefined) return undefined;
    const told = this.#tell([
      this.#told.set(this.#parts.paths.timeoutsMap, timeoutKey(slot), String(requestTimeoutMs)),
    ]);
    // Whoever adds the first server hears of it.
    told.catch(() => undefined);
    this.#slots.set(slot, { requestTimeoutMs, told, servers: new Map() });
    return slot;
  }

  /** Whose requests the slot serves, or served last. */
  ownerOf(slot: number): string | undefined {
    return this.#pool.lastOwnerOf(slot);
  }

  /** Keeps a server that HAProxy already has; false when its slot belongs to another owner. */
  async adoptServer(owner: string, known: KnownServer, options: EdgeServer & { requestTimeoutMs: number }) {
    const slot = Number(known.slot.replace(/^slot/, ''));
    if (this.#pool.ownerOf(slot) !== owner && !this.#pool.adopt(slot, owner)) return undefined;
    const { requestTimeoutMs, ...server } = options;
    const held: Slot = this.#slots.get(slot) ?? { requestTimeoutMs, told: Promise.resolve(), servers: new Map() };
    this.#slots.set(slot, held);
    held.servers.set(server.name, server);
    await this.#tell([
      this.#told.set(this.#parts.paths.timeoutsMap, timeoutKey(slot), String(requestTimeoutMs)),
      ...(known.enabled ? [] : readyCommands(slot, server)),
    ]);
    return slot;
  }

  /** Removes what an adopted HAProxy has and nobody claimed. */
  async sweep(found: readonly KnownServer[]): Promise<void> {
    const { paths } = this.#parts;
    const timeouts = [...this.#slots.keys()].map((slot) => `${paths.timeoutsMap} ${timeoutKey(slot)}`);
    const inside = [...this.#callers.entries(), ...this.#mesh.entries()];
    const kept = [...this.#routes.entries(), ...this.#guards.entries(this.#routes), ...inside, ...timeouts];
    await this.#tell(this.#told.sweep(new Set(kept)));
    const held = new Set(
      [...this.#slots].flatMap(([slot, { servers }]) => [...servers.keys()].map((name) => `${slotName(slot)}/${name}`)),
    );
    const unclaimed = found.map(({ slot, server }) => `${slot}/${server}`).filter((name) => !held.has(name));
    await Promise.all(unclaimed.map((name) => this.#delete(name)));
  }

  /** From now on requests of this slot may reach the instance. */
  async addServer(slot: number, server: EdgeServer): Promise<void> {
    const held = this.#slots.get(slot);
    held?.servers.set(server.name, server);
    await Promise.all([held?.told, this.#tell(addCommands(slot, server))]);
  }

  /** No new request reaches the instance; those it has go on. */
  async drainServer(slot: number, name: string): Promise<void> {
    await this.#tell([`set server ${slotName(slot)}/${name} state drain`]).catch((error: unknown) => {
      // HAProxy does not know it, so it has no request.
      if (!(error instanceof HaproxyFault) || !error.answer.startsWith('No such server')) throw error;
      this.#parts.log.warn('A server that is to be drained is not in HAProxy', { server: name });
    });
  }

  /** Takes a drain back. */
  async undrainServer(slot: number, name: string): Promise<void> {
    const server = this.#slots.get(slot)?.servers.get(name);
    if (server) await this.#tell(readyCommands(slot, server));
  }

  /** True when the instance has no request any more; false when that took too long or was aborted. */
  async waitDrained(slot: number, options: { name: string; timeoutMs: number; signal: AbortSignal }): Promise<boolean> {
    return this.#poll(options.timeoutMs, options.signal, async () => {
      const [sample] = await this.sample([slot]);
      const server = sample?.servers.find((one) => one.server === options.name);
      return server === undefined || server.inFlight + server.queued === 0;
    });
  }

  /** After this HAProxy has no connection to the instance; sessions that still run are cut after a while. */
  async removeServer(slot: number, name: string): Promise<void> {
    const held = this.#slots.get(slot);
    held?.servers.delete(name);
    await this.#delete(`${slotName(slot)}/${name}`);
    if (held?.servers.size === 0) await this.#handQueueToActivator(slot);
  }

  /** Leads hosts, by their route keys, to slots by shares that make 100; each host changes at once from what it had to this. */
  async setHosts(hosts: readonly string[], shares: readonly SlotShare[]): Promise<void> {
    await this.#tell(this.#routes.lead(hosts, shares));
  }

  /** Leads hosts to the activator again. */
  async clearHosts(hosts: readonly string[]): Promise<void> {
    await this.#tell(this.#routes.clear(hosts));
  }

  /** From now on these names of an app lead to their guards, whether it is awake or not; others it had do no more. */
  async setGuards(owner: string, guards: readonly Guard[]): Promise<void> {
    await this.#tell(this.#guards.set(owner, guards, this.#routes));
  }

  /** From now on requests from this address inside a project are this app's. */
  async setCaller(address: string, caller: string): Promise<void> {
    await this.#tell(this.#callers.set(address, caller));
  }

  /** Nobody calls from this address any more. */
  async clearCaller(address: string): Promise<void> {
    await this.#tell(this.#callers.clear(address));
  }

  /** From now on calls of this app from its project go so; undefined: nothing is set for it. */
  async setMesh(owner: string, entry: MeshEntry | undefined): Promise<void> {
    await this.#tell(this.#mesh.set(owner, entry));
  }

  /** What HAProxy answers to an authority that looks for this token, until it is taken back. */
  async answerChallenge(token: string, answer: string): Promise<() => Promise<void>> {
    if (!CHALLENGE.token.test(token) || !CHALLENGE.answer.test(answer)) throw new TypeError('This is no challenge');
    const { challengesMap } = this.#parts.paths;
    const path = `${CHALLENGE.path}${token}`;
    this.#challenges.set(path, answer);
    await this.#tell([this.#told.set(challengesMap, path, answer)]);
    return async () => {
      this.#challenges.delete(path);
      await this.#tell(this.#told.delete(challengesMap, path));
    };
  }

  /** Gives the slot back once no stream is inside it. Its hosts and servers are already gone. */
  async closeSlot(slot: number): Promise<void> {
    const empty = await this.#poll(CLOSE_WAIT_MAX_MS, this.#stopping.signal, async () => {
      const [sample] = await this.sample([slot]);
      return sample !== undefined && sample.queued + sample.undecided === 0;
    });
    if (!empty) return;
    this.#slots.delete(slot);
    await this.#tell(this.#told.delete(this.#parts.paths.timeoutsMap, timeoutKey(slot)));
    this.#pool.release(slot);
  }

  /** One look at each slot, in one go. Throws HaproxyFault. */
  async sample(slots: readonly number[]): Promise<SlotSample[]> {
    return Promise.all(
      slots.map(async (slot) => {
        const name = slotName(slot);
        return parseSlotSample(name, await this.#parts.control.ask(`show stat ${name} 6 -1`));
      }),
    );
  }

  /** HAProxy that is away is no failure: the wanted state is kept and said again when it is back. */
  async #tell(commands: readonly HaproxyCommand[]): Promise<void> {
    if (commands.length === 0) return;
    try {
      await this.#parts.control.run(commands);
    } catch (error) {
      if (!(error instanceof HaproxyFault) || error.answer !== '') throw error;
      this.#parts.log.warn('HAProxy is away; it is told again when it is back', { error });
    }
  }

  /**
   * Both processes share the control socket until the old one lets go of it, so a new connection may still reach the
   * old one. The connection that reached the new one is kept.
   */
  async #leaveOldProcess(): Promise<void> {
    const { control, process } = this.#parts;
    const pid = await process.pid();
    await this.#poll(RELOAD_WAIT_MAX_MS, this.#stopping.signal, async () => {
      const info = await control.ask('show info').catch(() => '');
      if (parseProcessId(info) === pid) return true;
      control.close();
      return false;
    });
  }

  async #sayAll(): Promise<void> {
    const { paths, log } = this.#parts;
    this.#told.clear();
    const guards = [...this.#callers.sayAll(), ...this.#mesh.sayAll(), ...this.#guards.sayAll(this.#routes)];
    const commands = [...this.#slots].flatMap(([slot, { servers, requestTimeoutMs }]) => [
      this.#told.set(paths.timeoutsMap, timeoutKey(slot), String(requestTimeoutMs)),
      ...[...servers.values()].flatMap((server) => addCommands(slot, server)),
    ]);
    const answers = [...this.#challenges].map(([path, answer]) => this.#told.set(paths.challengesMap, path, answer));
    await this.certificates.sayAgain();
    await this.#parts.control.run([...guards, ...commands, ...answers, ...this.#routes.sayAll()]);
    log.info('HAProxy was told everything again', { slots: this.#slots.size, hosts: this.#routes.size });
  }

  async #delete(server: string): Promise<void> {
    const { control, log } = this.#parts;
    await this.#tell([`set server ${server} state maint`]).catch((error: unknown) => {
      log.warn('A server cannot be put into maintenance', { server, error });
    });
    const startedAt = performance.now();
    let answer = '';
    const deleted = await this.#poll(DELETE_WAIT_MAX_MS, this.#stopping.signal, async () => {
      if (performance.now() - startedAt > DELETE_PATIENCE_MS) await control.ask(`shutdown sessions server ${server}`);
      answer = await control.ask(`del server ${server}`);
      return /^(Server deleted|No such (server|backend))/.test(answer);
    }).catch((error: unknown) => {
      log.warn('HAProxy is away while a server is removed', { server, error });
      return true;
    });
    if (!deleted) log.warn('A server cannot be deleted in HAProxy', { server, answer });
  }

  /** Streams that wait for an instance of a slot without any are taken by the backup once it comes up anew. */
  async #handQueueToActivator(slot: number): Promise<void> {
    const server = `${slotName(slot)}/${ACTIVATOR_SERVER}`;
    const [sample] = await this.sample([slot]).catch(() => []);
    if ((sample?.queued ?? 0) === 0) return;
    await this.#tell([`set server ${server} state maint`, `set server ${server} state ready`]);
  }

  async #poll(timeoutMs: number, signal: AbortSignal, isDone: () => Promise<boolean>): Promise<boolean> {
    const endsAt = performance.now() + timeoutMs;
    for (let pauseMs = POLL_FIRST_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, POLL_MAX_MS)) {
      if (await isDone()) return true;
      if (performance.now() > endsAt) return false;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    return false;
  }
}

/**
 * A server that leaves maintenance takes its fill from the queue without counting it until those streams run, so that
 * new requests could fill it a second time and exceed the hard limit. Leaving a drain takes nothing, and setting the
 * limit takes from the queue and counts; hence this order. Seen with HAProxy 2.6.12, burst test of host-engine.host.test.ts.
 */
function addCommands(slot: number, server: EdgeServer): string[] {
  const name = `${slotName(slot)}/${server.name}`;
  const address = server.address.includes(':') ? `[${server.address}]` : server.address;
  return [
    `add server ${name} ${address}:${server.port} maxconn ${server.concurrencyMax} ${server.isHttp2 ? 'proto h2 ' : ''}${poolWords(server)} ${DEATH_WORDS}`,
    `enable health ${name}`,
    ...readyCommands(slot, server),
  ];
}

/**
 * A server added at run time keeps no connection after an answer unless it is told to, whatever the defaults say, and
 * then half of the processor goes into connecting. Kept shorter than Node.js servers keep theirs (5 s), so that it is
 * HAProxy that closes. Seen with HAProxy 2.6.12.
 */
function poolWords({ concurrencyMax }: EdgeServer): string {
  return `pool-purge-delay 2s pool-max-conn ${concurrencyMax}`;
}

/**
 * A program that has ended refuses connections at once, and as it has the fewest it would be given every new request:
 * all tries of a request can be over before anybody hears of the end (seen: 45 requests failed in 20 ms). So the first
 * refusal takes the server out, and the next try finds another one or the activator. One that was out without reason,
 * e.g. because its listen queue was full, is asked often and comes back; while it serves nobody asks.
 */
const DEATH_WORDS = 'check inter 24h downinter 100ms fall 1 rise 1 observe layer4 error-limit 1 on-error mark-down';

function readyCommands(slot: number, server: EdgeServer): string[] {
  const name = `${slotName(slot)}/${server.name}`;
  return [
    `set server ${name} state drain`,
    `set server ${name} state ready`,
    `set maxconn server ${name} ${server.concurrencyMax}`,
  ];
}
