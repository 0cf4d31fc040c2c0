/**
 * The instance runtime of one Linux machine. It owns the set of living instances and what happens when one ends; how an
 * instance is launched, released, networked and logged is next door. Invariants: a record exists before anything of an
 * instance does; an end is told once, after its resources are released; nothing without our platform's id is touched.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { AppKey, LogEntry, LogQuery, ProjectWorkload } from '@slipway/engine';
import { unmount } from '@slipway/kernel';
import { isAlive, signalProcess } from '@slipway/process';
import type { CgroupTree } from '../cgroup/cgroup-tree.ts';
import { writeLogMeta } from '../logs/log-folder.ts';
import { readInstanceLogs } from '../logs/log-reader.ts';
import { LayerMounts } from '../mount/root-filesystem.ts';
import { parseAddress, parseRange } from '../network/address-plan.ts';
import { NetworkPool } from '../network/network-pool.ts';
import { AddressHolders } from './address-holders.ts';
import { readExitCode } from './exit-file.ts';
import { sortFound, standbyOf } from './found-instances.ts';
import { concludeInstance, EXIT_CODE_SIGKILL, type KnownEnd } from './instance-ending.ts';
import { beginInstance } from './instance-launch.ts';
import { readRecords, writeRecord, type InstanceRecord } from './instance-record.ts';
import { InstanceMaker } from './instance-maker.ts';
import { releaseInstance } from './instance-release.ts';
import type {
  AddressWatch,
  Adoption,
  Instance,
  InstanceEnd,
  InstanceRequest,
  InstanceRuntime,
} from './instance-runtime.ts';
import type { InstanceRuntimeParts } from './instance-runtime-parts.ts';
import { InstanceSweep } from './instance-sweep.ts';
import type { Living } from './living-instance.ts';
import { machineLayoutFor, type MachineLayout } from './machine-layout.ts';
import { clearMachine, prepareMachine, removeStrayDevices, type MachineGround } from './machine-ground.ts';
import { ProjectGrounds } from './project-ground.ts';
import { settledWithin } from './waiting.ts';

/** What only the start needed is given back after the first answers, not before them. */
const DETACH_DELAY_MS = 100;
/** A wake is over by then. */
const NOTE_DELAY_MS = 200;
/** After SIGKILL the kernel and conmon need a moment; then the end is recorded without conmon's word. */
const KILL_WAIT_MS = 5000;
/** Of a sandbox that waits: crun's process, conmon and the network namespace, a little more than measured. */
const SANDBOX_BYTES = 2 * 1024 * 1024;

export function createInstanceRuntime(parts: InstanceRuntimeParts): InstanceRuntime {
  return new HostInstanceRuntime(parts);
}

/** What there is once the machine is ready. */
interface Prepared {
  readonly cgroups: CgroupTree;
  readonly maker: InstanceMaker;
  readonly sweep: InstanceSweep;
}

class HostInstanceRuntime implements InstanceRuntime {
  readonly #parts: InstanceRuntimeParts;
  readonly #layout: MachineLayout;
  readonly #pool: NetworkPool;
  readonly #addresses: AddressHolders;
  readonly #layers: LayerMounts;
  readonly #grounds: ProjectGrounds;
  readonly #living = new Map<string, Living>();
  readonly #listeners: ((end: InstanceEnd) => void)[] = [];
  #prepared: Prepared | undefined;

  constructor(parts: InstanceRuntimeParts) {
    const { config, log } = parts;
    this.#parts = parts;
    this.#layout = machineLayoutFor(config);
    this.#pool = new NetworkPool({
      platformId: config.platformId,
      rangeBase: parseRange(config.network.cidr).base,
      dir: this.#layout.networksDir,
      onRefillFailure: (error) => log.warn('A spare network namespace cannot be made', { error }),
    });
    this.#addresses = new AddressHolders(this.#pool.guard, log);
    this.#layers = new LayerMounts(this.#layout.layersDir);
    this.#grounds = new ProjectGrounds({ ...parts, layout: this.#layout, pool: this.#pool, layers: this.#layers });
  }

  async adopt(): Promise<Adoption> {
    const { config, log } = this.#parts;
    const ready = await prepareMachine({ config, log, layout: this.#layout });
    this.#prepared = this.#prepareWith(ready);
    this.#pool.clear();
    this.#layers.clear();
    await this.#grounds.load({ usersMapped: ready.usersMapped });
    const { records, broken } = readRecords(this.#layout);
    const { living, ended, unstarted } = sortFound(records, this.#layout);
    // Before any project gets spare cables, which no record names.
    const holders = living.map((record) => record.instance);
    const addresses = holders.map(({ address }) => address);
    await removeStrayDevices(config, { ordinals: this.#grounds.ordinals(), addresses });
    await this.#pool.guard.open(holders, this.#grounds.closedApps());
    for (const record of living) await this.#adoptLiving(record);
    const adopted = [...this.#living.values()].map(({ record }) => record);
    for (const key of broken) await this.#release(key);
    for (const record of unstarted) await this.#releaseUnstarted(record);
    const told: (Instance & InstanceEnd)[] = [];
    for (const record of ended) {
      const end = { ...record.instance, ...(await this.#conclude(record, {})) };
      // It was ended for its owner when it was frozen.
      if (!record.standsBy) told.push(end);
    }
    await this.#prepared.sweep.removeStrays();
    this.#prepared.sweep.start();
    return {
      projects: this.#grounds.projectIds(),
      running: adopted.filter((record) => !record.standsBy).map((record) => record.instance),
      ended: told,
      standby: [...adopted, ...unstarted].flatMap((record) => standbyOf(record, this.#require().cgroups)),
    };
  }

  async applyProject(project: ProjectWorkload): Promise<void> {
    this.#require();
    await this.#grounds.apply(project);
  }

  gatewayOf(projectId: string): string | undefined {
    return this.#grounds.get(projectId)?.subnet.gateway;
  }

  async publishNames(projectId: string, names: readonly string[]): Promise<void> {
    await this.#grounds.publishNames(projectId, names);
  }

  async restrictCallers(app: AppKey, callers: readonly string[] | undefined): Promise<void> {
    await this.#grounds.restrictCallers(app, callers);
  }

  async removeProject(projectId: string): Promise<void> {
    this.#require();
    const own = [...this.#living.values()].filter(({ record }) => record.instance.projectId === projectId);
    await Promise.all(own.map(({ record }) => this.stop(record.instance.instanceName, 0)));
    await this.#grounds.remove(projectId);
    rmSync(join(this.#layout.logsDir, projectId), { recursive: true, force: true });
  }

  expectStart(): void {
    this.#require().cgroups.hasten();
  }

  async start(request: InstanceRequest, signal: AbortSignal): Promise<Instance> {
    const { cgroups, maker } = this.#require();
    signal.throwIfAborted();
    const begun = await this.#beginWaiting(request);
    if (begun) return begun;
    cgroups.hasten();
    return maker.make(request, signal, async (made, detach) => {
      request.onSandbox?.(false);
      const record = { ...made, instance: { ...made.instance, startedAt: new Date().toISOString() } };
      // The record is first, so that whoever finds it running knows since when.
      writeRecord(this.#layout.instance(record.key).recordPath, record);
      const running = await beginInstance(this.#layout, record, record.instance.createdAt);
      signal.throwIfAborted();
      this.#remember(running, detach);
      return running.instance;
    });
  }

  async prepare(request: InstanceRequest, signal: AbortSignal): Promise<number> {
    const { maker } = this.#require();
    signal.throwIfAborted();
    return maker.make(request, signal, async (created, detach) => {
      const record: InstanceRecord = { ...created, standsBy: { tier: 'created', since: new Date().toISOString() } };
      writeRecord(this.#layout.instance(record.key).recordPath, record);
      signal.throwIfAborted();
      this.#remember(record, detach).preparedFor = request.revision;
      return SANDBOX_BYTES;
    });
  }

  async freeze(instanceName: string): Promise<number> {
    const { cgroups } = this.#require();
    const living = this.#living.get(instanceName);
    if (!living || living.ending) throw new Error(`Cannot freeze instance "${instanceName}": it is gone`);
    const { key } = living.record;
    // The record is first: a daemon that finds it frozen must know that it is meant to be.
    this.#note(living, { ...living.record, standsBy: { tier: 'frozen', since: new Date().toISOString() } });
    try {
      await cgroups.freeze(key);
    } catch (error) {
      if (!living.ending) this.#noteThawed(living);
      throw error;
    }
    return cgroups.memoryBytes(key);
  }

  async thaw(instanceName: string): Promise<Instance> {
    const living = this.#living.get(instanceName);
    if (!living || living.ending) throw new Error(`Cannot thaw instance "${instanceName}": it is gone`);
    this.#require().cgroups.thaw(living.record.key);
    return this.#noteThawed(living).instance;
  }

  async stop(instanceName: string, graceMs: number): Promise<void> {
    const { cgroups } = this.#require();
    const living = this.#living.get(instanceName);
    if (!living) return;
    const { record, ended } = living;
    const container = record.processes?.container;
    living.isDismissed = living.preparedFor !== undefined;
    if (!living.ending && container && graceMs > 0 && !living.isDismissed) {
      signalProcess(container, record.stopSignal);
      // A process that stands still is told when it goes on.
      cgroups.thaw(record.key);
      await settledWithin(ended.promise, graceMs);
    }
    if (!living.ending) cgroups.kill(record.key);
    await settledWithin(ended.promise, KILL_WAIT_MS);
    if (!living.ending) await this.#finish(living, EXIT_CODE_SIGKILL);
    await ended.promise;
  }

  onEnd(listener: (end: InstanceEnd) => void): void {
    this.#listeners.push(listener);
  }

  watchAddresses(watch: AddressWatch): void {
    this.#addresses.tell(watch);
  }

  imagesInUse(): readonly string[] {
    return [...this.#living.values()].flatMap(({ record }) => record.imageReference ?? []);
  }

  readLogs(query: LogQuery, signal: AbortSignal): AsyncIterable<LogEntry> {
    return readInstanceLogs(join(this.#layout.logsDir, query.projectId, query.appName), query, signal);
  }

  async close(): Promise<void> {
    this.#prepared?.sweep.stop();
    this.#grounds.close();
    for (const living of this.#living.values()) {
      await living.detach();
      if (living.unwritten) this.#writeSoon(living);
    }
    await this.#pool.close();
  }

  async purge(): Promise<void> {
    const { cgroups } = this.#require();
    await Promise.all([...this.#living.keys()].map((name) => this.stop(name, 0)));
    await this.close();
    this.#grounds.stopNameServers();
    this.#pool.clear();
    this.#layers.clear();
    await clearMachine(this.#parts.config, { layout: this.#layout, cgroups });
  }

  #prepareWith({ cgroups, launch }: Pick<MachineGround, 'cgroups' | 'launch'>): Prepared {
    const { config, images, log } = this.#parts;
    const shared = { config, log, layout: this.#layout, cgroups };
    const maker = new InstanceMaker({
      ...shared,
      images,
      launch: { config, layout: this.#layout, layers: this.#layers, ...launch },
      pool: this.#pool,
      grounds: this.#grounds,
      addresses: this.#addresses,
      isKept: (instanceName) => this.#living.has(instanceName),
    });
    const sweep = new InstanceSweep({
      ...shared,
      living: this.#living,
      making: maker.making,
      healNetwork: () => this.#grounds.heal(),
      look: (instanceName) => this.#look(instanceName),
    });
    return { cgroups, maker, sweep };
  }

  #require(): Prepared {
    if (!this.#prepared) throw new TypeError('Cannot use the instance runtime: adopt() comes first');
    return this.#prepared;
  }

  #remember(record: InstanceRecord, detach: () => Promise<void>): Living {
    const { instanceName } = record.instance;
    const living: Living = { record, detach, ended: Promise.withResolvers(), ending: false };
    this.#living.set(instanceName, living);
    setTimeout(detach, DETACH_DELAY_MS);
    this.#require().sweep.watch(record);
    return living;
  }

  #note(living: Living, record: InstanceRecord): void {
    living.record = record;
    writeRecord(this.#layout.instance(record.key).recordPath, record);
  }

  #noteThawed(living: Living): InstanceRecord {
    const { standsBy: _ended, ...record } = living.record;
    const instance = { ...record.instance, thawedAt: new Date().toISOString() };
    this.#noteSoon(living, { ...record, instance });
    return living.record;
  }

  /** Behind what a request waits for. When the daemon is killed before, the kernel tells the next one what is true. */
  #noteSoon(living: Living, record: InstanceRecord): void {
    living.record = record;
    this.#require().sweep.rouse();
    clearTimeout(living.unwritten);
    living.unwritten = setTimeout(() => this.#writeSoon(living), NOTE_DELAY_MS);
  }

  #writeSoon(living: Living): void {
    clearTimeout(living.unwritten);
    living.unwritten = undefined;
    if (living.ending) return;
    const { record } = living;
    this.#note(living, record);
    const { revisionName, createdAt } = record.instance;
    // Its log began when it did, not when its sandbox was made.
    writeLogMeta(this.#layout.instanceLogDir(record.instance), { revisionName, createdAt });
  }

  /** The sandbox that waits for this start; undefined when none does, or what waits must not be used. */
  async #beginWaiting(request: InstanceRequest): Promise<Instance | undefined> {
    const living = this.#living.get(request.instanceName);
    if (living?.preparedFor === undefined || living.ending) return undefined;
    if (isDeepStrictEqual(living.preparedFor, request.revision) && this.#grounds.hasVolumes(request))
      try {
        request.onSandbox?.(true);
        this.#noteSoon(living, await beginInstance(this.#layout, living.record, new Date().toISOString()));
        delete living.preparedFor;
        return living.record.instance;
      } catch (error) {
        this.#parts.log.warn('A sandbox that waited cannot be started', { instance: request.instanceName, error });
      }
    await this.stop(request.instanceName, 0);
    return undefined;
  }

  async #adoptLiving(record: InstanceRecord): Promise<void> {
    await this.#grounds.ensure(record.instance.projectId);
    this.#pool.markUsed(record.ordinal, parseAddress(record.instance.address));
    // A daemon killed between start and detaching leaves the mount.
    unmount(this.#layout.instance(record.key).rootDir);
    const living = this.#remember(record, async () => {});
    const { cgroups } = this.#require();
    if (record.standsBy?.tier === 'frozen' && cgroups.isFrozen(record.key)) return;
    // The record follows what a request waits for, so it may say that what has begun, or was thawed, still stands by.
    cgroups.thaw(record.key);
    if (record.standsBy) this.#noteThawed(living);
  }

  async #releaseUnstarted(record: InstanceRecord): Promise<void> {
    await this.#release(record.key);
    rmSync(this.#layout.instanceLogDir(record.instance), { recursive: true, force: true });
  }

  async #release(key: string): Promise<void> {
    await releaseInstance({ layout: this.#layout, cgroups: this.#require().cgroups }, key);
  }

  /** Finishes the instance if it has ended. */
  #look(instanceName: string): void {
    const living = this.#living.get(instanceName);
    if (!living || living.ending) return;
    const exitCode = readExitCode(this.#layout.instance(living.record.key).exitPath);
    const { container, monitor } = living.record.processes ?? {};
    const unwatched = container && !isAlive(container) && !(monitor && isAlive(monitor));
    if (exitCode === undefined && !unwatched) return;
    this.#finish(living, exitCode).catch((error: unknown) =>
      this.#parts.log.error('An ended instance cannot be released', { instance: instanceName, error }),
    );
  }

  async #finish(living: Living, exitCode: number | undefined): Promise<void> {
    living.ending = true;
    await living.detach();
    const end = await this.#conclude(living.record, { exitCode, killMessage: living.killMessage }).catch(
      (error: unknown) => {
        // The next sweep tries again.
        living.ending = false;
        throw error;
      },
    );
    this.#living.delete(living.record.instance.instanceName);
    await this.#addresses.returned(living.record.instance.address);
    this.#pool.free(living.record.ordinal, parseAddress(living.record.instance.address));
    living.ended.resolve(end);
    if (!living.isDismissed) for (const listener of this.#listeners) listener(end);
  }

  #conclude(record: InstanceRecord, known: KnownEnd): Promise<InstanceEnd> {
    const { config } = this.#parts;
    return concludeInstance({ config, layout: this.#layout, cgroups: this.#require().cgroups }, record, known);
  }
}
