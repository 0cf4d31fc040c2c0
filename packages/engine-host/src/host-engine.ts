/**
 * The engine of one Linux machine: wires HAProxy, the activator, the scaler and the instances to the seam. Everything
 * an app does is decided in its AppController; here is only who gets which call.
 *
 * HAProxy and the instances are processes of their own. `stop` lets go of them, `start` finds them again; in between
 * requests to ready apps are answered as ever.
 */
import { availableParallelism } from 'node:os';
import {
  EngineFault,
  type AppKey,
  type AppObservation,
  type AppWorkload,
  type Declared,
  type Engine,
  type EngineSignal,
  type LogEntry,
  type LogQuery,
  type ProjectWorkload,
  type ResolvedImage,
  type ResolveImageOptions,
} from '@slipway/engine';
import type { ImageStore } from '@slipway/images';
import { createActivator, WAITING_PER_APP_MAX, type Activator, type Wakeable } from './activator/activator.ts';
import { AppController, type AppParts } from './app/app-controller.ts';
import { describeFault, InstanceFault } from './app/instance-fault.ts';
import { createSignalHub } from './app/signal-hub.ts';
import { createStartGate } from './app/start-gate.ts';
import type { HostEngineConfig } from './host-engine-config.ts';
import type { HostLog } from './host-log.ts';
import type { Adoption, InstanceEnd, InstanceRuntime } from './instance/instance-runtime.ts';
import { Edge } from './proxy/edge.ts';
import { activatorEndpointFor, proxyPathsFor } from './proxy/haproxy-config.ts';
import { createHaproxyControl } from './proxy/haproxy-control.ts';
import { createHaproxyProcess, type HaproxyProcess } from './proxy/haproxy-process.ts';
import type { KnownServer } from './proxy/haproxy-output.ts';
import { SCALE_WINDOWS, type ScaleWindows } from './scaler/decide-scale.ts';
import { createScaleTicker } from './scaler/scale-ticker.ts';

export interface HostEngineParts {
  readonly config: HostEngineConfig;
  readonly runtime: InstanceRuntime;
  readonly images: ImageStore;
  readonly log: HostLog;
  /** Shorter windows make an app sleep sooner; the default is Knative's. */
  readonly scaleWindows?: Partial<ScaleWindows>;
  /** Requests held per sleeping app. */
  readonly waitingPerAppMax?: number;
}

/** Instances that may boot at once: booting is work for the processor, and more at once makes each of them later. */
const STARTS_PER_CORE = 4;
/** The activator holds a request a little longer than an instance may take, so that it can say why it failed. */
const HOLD_MARGIN_MS = 1_000;
/** Stray instances are not asked politely for long. */
const STRAY_GRACE_MS = 2_000;

export interface PurgeableEngine extends Engine {
  /** Removes everything of this platform from the machine: HAProxy, instances, networks. After `stop`. */
  purge(): Promise<void>;
}

export function createHostEngine(parts: HostEngineParts): PurgeableEngine {
  return new HostEngine(parts);
}

class HostEngine implements PurgeableEngine {
  readonly kind = 'host';
  readonly #parts: HostEngineParts;
  readonly #haproxy: HaproxyProcess;
  readonly #edge: Edge;
  readonly #activator: Activator;
  readonly #hub = createSignalHub();
  readonly #apps = new Map<string, AppController>();
  /** Removed apps whose instances are still being drained. */
  readonly #leaving = new Set<AppController>();
  readonly #hosts = new Map<string, Wakeable>();
  readonly #ticker = createScaleTicker(() => this.#look());
  readonly #appParts: AppParts;

  constructor(parts: HostEngineParts) {
    const { config, runtime, images, log } = parts;
    const paths = proxyPathsFor(config.runDir);
    const endpoint = activatorEndpointFor(config.runDir);
    const settings = { ...config.http, slotCount: config.slotCount, paths, activator: endpoint };
    this.#parts = parts;
    this.#haproxy = createHaproxyProcess(settings, { log });
    const control = createHaproxyControl(paths.controlSocket);
    this.#edge = new Edge({ paths, slotCount: config.slotCount, process: this.#haproxy, control, log });
    this.#activator = createActivator({
      endpoint,
      innerSocket: paths.innerSocket,
      find: (host) => this.#hosts.get(host),
      holdMs: config.startDeadlineMs + HOLD_MARGIN_MS,
      waitingPerAppMax: parts.waitingPerAppMax ?? WAITING_PER_APP_MAX,
      log,
    });
    this.#appParts = {
      runtime,
      images,
      log,
      edge: this.#edge,
      gate: createStartGate(STARTS_PER_CORE * availableParallelism()),
      startDeadlineMs: config.startDeadlineMs,
      windows: { ...SCALE_WINDOWS, ...parts.scaleWindows },
      emit: () => undefined,
      onChange: (app) => this.#onChange(app),
    };
    runtime.onEnd((end) => this.#onEnd(end));
  }

  async start(declared: Declared): Promise<void> {
    try {
      const adoption = await this.#parts.runtime.adopt();
      const { how, servers } = await this.#edge.start();
      for (const project of declared.projects) await this.applyProject(project);
      const known = new Map(servers.map((server) => [server.server, server]));
      await this.#adopt(declared.apps, { ...adoption, known });
      await this.#edge.sweep(servers);
      await this.#activator.start();
      const { running, ended } = adoption;
      this.#parts.log.info('The host engine runs', { haproxy: how, adopted: running.length, ended: ended.length });
    } catch (cause) {
      if (cause instanceof EngineFault) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EngineFault('engine_unavailable', `Cannot run apps on this machine: ${reason}`, { cause });
    }
  }

  async stop(): Promise<void> {
    await this.#ticker.stop();
    await this.#activator.stop();
    await Promise.all([...this.#apps.values(), ...this.#leaving].map((app) => app.close()));
    await this.#edge.stop();
    await this.#parts.runtime.close();
  }

  async purge(): Promise<void> {
    await this.#haproxy.purge();
    await this.#parts.runtime.purge();
  }

  async applyProject(project: ProjectWorkload): Promise<void> {
    await this.#parts.runtime.applyProject(project);
  }

  async removeProject(projectId: string): Promise<void> {
    const apps = [...this.#apps.values()].filter((app) => app.workload.projectId === projectId);
    await Promise.all(apps.map((app) => this.removeApp(app.workload)));
    const leaving = [...this.#leaving].filter((app) => app.workload.projectId === projectId);
    await Promise.all(leaving.map((app) => app.gone()));
    await this.#parts.runtime.removeProject(projectId);
  }

  async resolveImage(reference: string, options: ResolveImageOptions): Promise<ResolvedImage> {
    const { credentials, signal } = options;
    const image = await this.#parts.images.resolve(reference, {
      ...(credentials ? { credentials } : {}),
      ...(signal ? { signal } : {}),
    });
    const exposedPorts = image.config.exposedPorts.toSorted((one, other) => one - other);
    return { reference: image.reference, digest: image.digest, exposedPorts };
  }

  async applyApp(workload: AppWorkload): Promise<void> {
    this.#declare(workload).apply(workload);
  }

  async removeApp(key: AppKey): Promise<void> {
    const app = this.#apps.get(keyOf(key));
    if (!app) return;
    this.#apps.delete(keyOf(key));
    this.#forgetHosts(app.workload);
    this.#leaving.add(app);
    await app.remove();
  }

  async observeApp(key: AppKey): Promise<AppObservation | undefined> {
    return this.#apps.get(keyOf(key))?.observe();
  }

  watch(signal: AbortSignal): AsyncIterable<EngineSignal> {
    return this.#hub.watch(signal);
  }

  readLogs(query: LogQuery, signal: AbortSignal): AsyncIterable<LogEntry> {
    return this.#parts.runtime.readLogs(query, signal);
  }

  /** Declares every app, gives each what already runs for it, and only then lets them act. */
  async #adopt(
    apps: readonly AppWorkload[],
    found: Adoption & { known: ReadonlyMap<string, KnownServer> },
  ): Promise<void> {
    for (const workload of apps) this.#declare(workload).declare(workload);
    const stray: string[] = [];
    for (const instance of found.running) {
      const app = this.#apps.get(keyOf(instance));
      const isWanted = await app?.adopt(instance, found.known.get(instance.instanceName));
      if (!isWanted) stray.push(instance.instanceName);
    }
    for (const ended of found.ended) this.#apps.get(keyOf(ended))?.noteEnded(ended);
    for (const workload of apps) this.#apps.get(keyOf(workload))?.apply(workload);
    await Promise.all(stray.map((name) => this.#parts.runtime.stop(name, STRAY_GRACE_MS)));
    this.#ticker.arm();
  }

  #declare(workload: AppWorkload): AppController {
    const key = keyOf(workload);
    const { projectId, appName } = workload;
    const app =
      this.#apps.get(key) ?? new AppController(workload, { ...this.#appParts, emit: this.#emitter(workload) });
    this.#apps.set(key, app);
    this.#forgetHosts(app.workload);
    const wakeable: Wakeable = {
      key,
      appName,
      waitRoutable: (signal) => app.waitRoutable(signal),
      explain: (error) => (error instanceof InstanceFault ? describeFault(appName, error) : undefined),
    };
    for (const host of workload.hosts) this.#hosts.set(host, wakeable);
    this.#hub.changed({ projectId, appName });
    return app;
  }

  #forgetHosts(workload: AppWorkload): void {
    const key = keyOf(workload);
    for (const host of workload.hosts) if (this.#hosts.get(host)?.key === key) this.#hosts.delete(host);
  }

  #emitter({ projectId, appName }: AppKey): AppParts['emit'] {
    return (event) => this.#hub.event({ projectId, appName, ...event, at: new Date().toISOString() });
  }

  #onChange(app: AppController): void {
    if (app.isGone) this.#leaving.delete(app);
    this.#hub.changed(app.workload);
    if (app.isAwake) this.#ticker.arm();
  }

  #onEnd(end: InstanceEnd): void {
    for (const app of [...this.#apps.values(), ...this.#leaving]) if (app.onEnd(end)) return;
  }

  async #look(): Promise<'busy' | 'idle' | 'asleep'> {
    const awake = [...this.#apps.values()].filter((app) => app.isAwake);
    if (awake.length === 0) return 'asleep';
    const slots = awake.flatMap((app) => app.slots);
    try {
      const samples = await this.#edge.sample(slots);
      const bySlot = new Map(slots.map((slot, at) => [slot, samples[at]]));
      return awake.map((app) => app.tick(bySlot)).includes(true) ? 'busy' : 'idle';
    } catch (error) {
      this.#parts.log.warn('HAProxy cannot be asked for samples', { error });
      return 'idle';
    }
  }
}

function keyOf({ projectId, appName }: AppKey): string {
  return `${projectId}/${appName}`;
}
