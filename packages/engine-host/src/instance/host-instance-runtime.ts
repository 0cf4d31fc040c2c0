/**
 * The instance runtime of one Linux machine. It owns the set of living instances and what happens when one ends; how an
 * instance is launched, released, networked and logged is next door. Invariants: a record exists before anything of an
 * instance does; an end is told once, after its resources are released; nothing without our platform's id is touched.
 */
import { existsSync, rmSync, watch, type FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LogEntry, LogQuery, ProjectWorkload } from '@slipway/engine';
import type { ImageStore } from '@slipway/images';
import { unmount } from '@slipway/kernel';
import { isAlive, signalProcess } from '@slipway/process';
import type { CgroupTree } from '../cgroup/cgroup-tree.ts';
import type { HostEngineConfig } from '../host-engine-config.ts';
import type { HostLog } from '../host-log.ts';
import { keepRotatedLog, pruneEndedLogs, writeLogEnd } from '../logs/log-folder.ts';
import { readInstanceLogs } from '../logs/log-reader.ts';
import { LayerMounts } from '../mount/root-filesystem.ts';
import { parseAddress, parseRange } from '../network/address-plan.ts';
import { NetworkPool } from '../network/network-pool.ts';
import { awaitsStart } from './conmon.ts';
import { exitTimeMs, readExitCode } from './exit-file.ts';
import { launchInstance, type LaunchParts } from './instance-launch.ts';
import { readRecords, type InstanceRecord } from './instance-record.ts';
import { releaseInstance, scratchBytes, strayKeys } from './instance-release.ts';
import {
  StartFailure,
  type Adoption,
  type Instance,
  type InstanceEnd,
  type InstanceRequest,
  type InstanceRuntime,
} from './instance-runtime.ts';
import { keyOf, machineLayoutFor, type MachineLayout } from './machine-layout.ts';
import { clearMachine, prepareMachine, removeStrayDevices } from './machine-ground.ts';
import { ProjectGrounds } from './project-ground.ts';
import { once, settledWithin } from './waiting.ts';

const SWEEP_MS = 1000;
/** What an instance needs no more once it runs is given back after the first answers, not before them. */
const DETACH_DELAY_MS = 100;
/** Every so many sweeps: is everybody alive, does the name server run, how full are the writable layers. */
const CHECK_EVERY_SWEEPS = 5;
/** After SIGKILL the kernel and conmon need a moment; then the end is recorded without conmon's word. */
const KILL_WAIT_MS = 5000;
const EXIT_CODE_SIGKILL = 137;

export interface InstanceRuntimeParts {
  readonly config: HostEngineConfig;
  readonly images: ImageStore;
  readonly log: HostLog;
}

export function createInstanceRuntime(parts: InstanceRuntimeParts): InstanceRuntime {
  return new HostInstanceRuntime(parts);
}

interface Living {
  readonly record: InstanceRecord;
  /** Gives back mounts that only the start needed: the instance's own namespaces keep its root and network alive. */
  readonly detach: () => void;
  readonly ended: PromiseWithResolvers<InstanceEnd>;
  ending: boolean;
  /** Why we are ending it; wins over what the exit code suggests. */
  killMessage?: string;
}

class HostInstanceRuntime implements InstanceRuntime {
  readonly #parts: InstanceRuntimeParts;
  readonly #layout: MachineLayout;
  readonly #pool: NetworkPool;
  readonly #layers: LayerMounts;
  readonly #grounds: ProjectGrounds;
  readonly #living = new Map<string, Living>();
  /** Keys between the first file and the record with processes; the sweep must not take them for strays. */
  readonly #starting = new Set<string>();
  readonly #listeners: ((end: InstanceEnd) => void)[] = [];
  #prepared: { readonly launch: LaunchParts; readonly cgroups: CgroupTree } | undefined;
  #exits: FSWatcher | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #sweeps = 0;

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
    this.#layers = new LayerMounts(this.#layout.layersDir);
    this.#grounds = new ProjectGrounds({ config, log, layout: this.#layout, pool: this.#pool, layers: this.#layers });
  }

  async adopt(): Promise<Adoption> {
    const { config, log } = this.#parts;
    const ready = await prepareMachine({ config, log, layout: this.#layout });
    this.#prepared = {
      cgroups: ready.cgroups,
      launch: { config, layout: this.#layout, layers: this.#layers, ...ready.launch },
    };
    this.#pool.clear();
    this.#layers.clear();
    await this.#grounds.load({ usersMapped: ready.usersMapped });
    const { records, broken } = readRecords(this.#layout);
    const running = records.filter((record) => this.#runs(record));
    // Before any project gets spare cables, which no record names.
    await removeStrayDevices(config, {
      ordinals: this.#grounds.ordinals(),
      addresses: running.map((record) => record.instance.address),
    });
    for (const record of running) await this.#adoptLiving(record);
    for (const key of broken) await this.#release(key);
    const ended: (Instance & InstanceEnd)[] = [];
    for (const record of records) {
      if (running.includes(record)) continue;
      if (this.#isCutOff(record)) await this.#release(record.key);
      else ended.push({ ...record.instance, ...(await this.#conclude(record, {})) });
    }
    await this.#removeStrays();
    this.#watch();
    return { projects: this.#grounds.projectIds(), running: running.map((record) => record.instance), ended };
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
    const { launch, cgroups } = this.#require();
    cgroups.hasten();
    const key = keyOf(request.instanceName);
    signal.throwIfAborted();
    const ground = this.#grounds.get(request.projectId);
    if (!ground)
      throw new StartFailure('runtime_error', 'The instance could not be created: its project is not set up');
    if (this.#living.has(request.instanceName) || this.#starting.has(key)) {
      throw new StartFailure(
        'runtime_error',
        `The instance could not be created: "${request.instanceName}" runs already`,
      );
    }
    this.#starting.add(key);
    const { ordinal } = ground.subnet;
    let address: string | undefined;
    let detach: () => void = () => undefined;
    try {
      const createdAt = new Date().toISOString();
      const image = await this.#parts.images.read(request.revision.imageReference);
      if (!image) throw new StartFailure('image_missing', 'The image is not on this machine. Deploy the app again');
      const slot = await this.#pool.take(ordinal);
      if (!slot)
        throw new StartFailure(
          'no_address',
          'The project has no free network address: it runs as many instances as its subnet holds',
        );
      address = slot.address;
      detach = once(() => {
        unmount(this.#layout.instance(key).rootDir);
        this.#pool.unpin(slot);
      });
      const record = await launchInstance(launch, { request, image, ground, slot, createdAt });
      signal.throwIfAborted();
      this.#remember(record, detach);
      setTimeout(detach, DETACH_DELAY_MS);
      // It may have ended before anybody watched for it.
      queueMicrotask(() => this.#look(record.instance.instanceName));
      return record.instance;
    } catch (error) {
      detach();
      await this.#abandon(request, address === undefined ? undefined : { ordinal, address });
      if (error instanceof StartFailure || signal.aborted) throw error;
      throw new StartFailure('runtime_error', 'The instance could not be created: the machine refused a step', {
        cause: error,
      });
    } finally {
      this.#starting.delete(key);
    }
  }

  async stop(instanceName: string, graceMs: number): Promise<void> {
    const { cgroups } = this.#require();
    const living = this.#living.get(instanceName);
    if (!living) return;
    const { record, ended } = living;
    const container = record.processes?.container;
    if (!living.ending && container && graceMs > 0) {
      signalProcess(container, record.stopSignal);
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

  imagesInUse(): readonly string[] {
    return [...this.#living.values()].flatMap(({ record }) => record.imageReference ?? []);
  }

  readLogs(query: LogQuery, signal: AbortSignal): AsyncIterable<LogEntry> {
    return readInstanceLogs(join(this.#layout.logsDir, query.projectId, query.appName), query, signal);
  }

  async close(): Promise<void> {
    this.#exits?.close();
    clearInterval(this.#sweeper);
    for (const living of this.#living.values()) living.detach();
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

  #require(): { readonly launch: LaunchParts; readonly cgroups: CgroupTree } {
    if (!this.#prepared) throw new TypeError('Cannot use the instance runtime: adopt() comes first');
    return this.#prepared;
  }

  #remember(record: InstanceRecord, detach: () => void): void {
    this.#living.set(record.instance.instanceName, { record, detach, ended: Promise.withResolvers(), ending: false });
  }

  /** Its start never came to the byte that begins the user's process, so nobody was told of it. */
  #isCutOff(record: InstanceRecord): boolean {
    return record.processes === undefined || awaitsStart(this.#layout.runtimeRoot, record.key);
  }

  #runs(record: InstanceRecord): boolean {
    if (this.#isCutOff(record) || existsSync(this.#layout.instance(record.key).exitPath)) return false;
    return record.processes !== undefined && isAlive(record.processes.container);
  }

  async #adoptLiving(record: InstanceRecord): Promise<void> {
    await this.#grounds.ensure(record.instance.projectId);
    this.#pool.markUsed(record.ordinal, parseAddress(record.instance.address));
    // A daemon killed between start and detaching leaves the mount.
    unmount(this.#layout.instance(record.key).rootDir);
    this.#remember(record, () => undefined);
  }

  async #release(key: string): Promise<void> {
    await releaseInstance({ layout: this.#layout, cgroups: this.#require().cgroups }, key);
  }

  /** A start that failed: nothing of it may stay, and that must not hide why it failed. */
  async #abandon(request: InstanceRequest, network: { ordinal: number; address: string } | undefined): Promise<void> {
    const key = keyOf(request.instanceName);
    if (this.#living.has(request.instanceName)) return;
    try {
      if (existsSync(this.#layout.instance(key).bundleDir)) await this.#release(key);
      rmSync(this.#layout.instanceLogDir(request), { recursive: true, force: true });
    } catch (error) {
      this.#parts.log.error('A failed start cannot be cleaned up', { instance: request.instanceName, error });
    }
    if (network) this.#pool.free(network.ordinal, parseAddress(network.address));
  }

  #watch(): void {
    const names = new Map<string, string>();
    this.#exits = watch(this.#layout.exitsDir, (_event, key) => {
      names.clear();
      for (const [name, { record }] of this.#living) names.set(record.key, name);
      const name = key === null ? undefined : names.get(key);
      if (name !== undefined) this.#look(name);
    });
    this.#exits.on('error', (error) => this.#parts.log.warn('The exit folder cannot be watched', { error }));
    this.#sweeper = setInterval(() => void this.#sweep(), SWEEP_MS);
    this.#sweeper.unref();
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
    living.detach();
    const { killMessage } = living;
    const end = await this.#conclude(living.record, {
      ...(exitCode !== undefined && { exitCode }),
      ...(killMessage !== undefined && { killMessage }),
    }).catch((error: unknown) => {
      // The next sweep tries again.
      living.ending = false;
      throw error;
    });
    this.#living.delete(living.record.instance.instanceName);
    this.#pool.free(living.record.ordinal, parseAddress(living.record.instance.address));
    living.ended.resolve(end);
    for (const listener of this.#listeners) listener(end);
  }

  /** Releases an ended instance and says how it ended. Without an exit code, nobody was there to see it. */
  async #conclude(
    record: InstanceRecord,
    known: { readonly exitCode?: number; readonly killMessage?: string },
  ): Promise<InstanceEnd> {
    const { instance, key } = record;
    const { exitPath } = this.#layout.instance(key);
    const exitCode = known.exitCode ?? readExitCode(exitPath) ?? EXIT_CODE_SIGKILL;
    const oomKilled = exitCode === EXIT_CODE_SIGKILL && this.#require().cgroups.oomKills(key) > 0;
    const killed = exitCode === EXIT_CODE_SIGKILL || known.killMessage !== undefined;
    const end: InstanceEnd = {
      instanceName: instance.instanceName,
      exitCode,
      reason: oomKilled ? 'oom_killed' : killed ? 'killed' : 'exited',
      completedAt: new Date(exitTimeMs(exitPath)).toISOString(),
      ...(known.killMessage !== undefined && { message: known.killMessage }),
    };
    const logDir = this.#layout.instanceLogDir(instance);
    if (existsSync(logDir)) keepRotatedLog(logDir, this.#parts.config.instanceLog.filesPerInstanceMax);
    writeLogEnd(logDir, end);
    await this.#release(key);
    pruneEndedLogs(dirname(logDir), this.#parts.config.instanceLog.instancesPerAppMax);
    return end;
  }

  /** The safety net below the watchers, and what has no event: log rotation, disk use, a dead name server, a lost firewall. */
  async #sweep(): Promise<void> {
    this.#sweeps += 1;
    const thorough = this.#sweeps % CHECK_EVERY_SWEEPS === 0;
    try {
      for (const [name, living] of this.#living) {
        const { record } = living;
        keepRotatedLog(
          this.#layout.instanceLogDir(record.instance),
          this.#parts.config.instanceLog.filesPerInstanceMax,
        );
        this.#look(name);
        if (thorough) this.#checkScratch(living);
      }
      if (!thorough) return;
      await this.#grounds.heal();
      await this.#removeStrays();
    } catch (error) {
      this.#parts.log.error('The sweep over the instances failed', { error });
    }
  }

  /** A conmon that outlived a killed daemon's start may finish its work after we cleaned up behind it. */
  async #removeStrays(): Promise<void> {
    const known = new Set([...this.#living.values()].map((living) => living.record.key).concat(...this.#starting));
    const { cgroups } = this.#require();
    for (const key of strayKeys({ layout: this.#layout, cgroups }, known)) {
      if (!this.#starting.has(key)) await this.#release(key);
    }
  }

  #checkScratch(living: Living): void {
    const { record } = living;
    if (living.ending || living.killMessage !== undefined) return;
    const { scratchDir } = this.#layout.instance(record.key);
    if (scratchBytes(join(scratchDir, 'u'), record.ephemeralStorageBytes) <= record.ephemeralStorageBytes) return;
    living.killMessage = `It wrote more than its ephemeral storage of ${record.ephemeralStorageBytes} bytes`;
    this.#require().cgroups.kill(record.key);
  }
}
