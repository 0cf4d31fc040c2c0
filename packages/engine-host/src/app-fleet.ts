/**
 * All apps of a running engine, between one `start` and the next `stop`: which host wakes which app, which slots the
 * scaler looks at, and which instances found on the machine belong to whom.
 */
import { availableParallelism } from 'node:os';
import {
  allHosts,
  NOT_OBSERVED,
  type AppKey,
  type AppObservation,
  type AppWorkload,
  type CertificateWorkload,
  type EdgesObservation,
  type InstanceRun,
  type RevisionMetrics,
  type RunLedger,
} from '@slipway/engine';
import { createActivator, WAITING_PER_APP_MAX, type Activator } from './activator/activator.ts';
import { declaredMinimum, instanceClaim } from './admission/app-admission.ts';
import type { CapacityLedger } from './admission/capacity-ledger.ts';
import { createRoomAsked, type RoomAsked } from './admission/room-asked.ts';
import { AppController, type AppParts } from './app/app-controller.ts';
import { AppMesh } from './app/app-mesh.ts';
import { CallerIdentity } from './app/caller-identity.ts';
import { DeclaredApp, type DeclaredAppParts } from './app/declared-app.ts';
import { SharedValues } from './app/shared-values.ts';
import { ProjectNames } from './app/project-names.ts';
import type { SignalHub } from './app/signal-hub.ts';
import { createStartGate } from './app/start-gate.ts';
import type { HostEngineParts } from './host-engine-parts.ts';
import type { Adoption, Instance, InstanceEnd } from './instance/instance-runtime.ts';
import { Edge } from './proxy/edge.ts';
import { ensureActivatorToken } from './proxy/activator-token.ts';
import { activatorEndpointFor, proxyPathsFor } from './proxy/haproxy-config.ts';
import { PRIVATE_DOOR } from './proxy/door-frontends.ts';
import { calledDoor } from './proxy/mesh-rules.ts';
import { createHaproxyControl, type HaproxyControl } from './proxy/haproxy-control.ts';
import { FLIGHT_TABLE } from './proxy/observe-rules.ts';
import type { KnownServer } from './proxy/haproxy-output.ts';
import { routeKeyFor, withRouteKeys } from './proxy/route-keys.ts';
import { guardedDoor, guardsFor, type Guard } from './proxy/source-guard.ts';
import type { HaproxyProcess } from './proxy/haproxy-process.ts';
import { StandbyKeeper } from './standby/standby-keeper.ts';
import { readMemoryState } from './standby/memory-pressure.ts';
import { SCALE_WINDOWS } from './scaler/scale-input.ts';
import { createScaleTicker } from './scaler/scale-ticker.ts';
import type { OtlpTarget } from './telemetry/otlp-exporter.ts';
import { RequestObserver } from './telemetry/request-observer.ts';

/** Instances that may boot at once: booting is work for the processor, and more at once makes each of them later. */
const STARTS_PER_CORE = 4;
/** The activator holds a request a little longer than an instance may take, so that it can say why it failed. */
const HOLD_MARGIN_MS = 1_000;
/** Stray instances are not asked politely for long. */
const STRAY_GRACE_MS = 2_000;

interface FleetOptions {
  readonly haproxy: HaproxyProcess;
  readonly hub: SignalHub;
  readonly runs: RunLedger<InstanceRun>;
  readonly ledger: CapacityLedger;
}

export class AppFleet {
  readonly callers: CallerIdentity;
  readonly #parts: HostEngineParts;
  readonly #hub: SignalHub;
  readonly #edge: Edge;
  readonly #activator: Activator;
  readonly #apps = new Map<string, DeclaredApp>();
  /** Apps of which some revision has a slot, so that the scaler must look. */
  readonly #awake = new Set<AppController>();
  /** Removed apps whose instances are still being drained. */
  readonly #leaving = new Set<AppController>();
  /** By route key. */
  readonly #hosts = new Map<string, DeclaredApp>();
  readonly #names: ProjectNames;
  readonly #mesh: AppMesh;
  readonly #ticker = createScaleTicker(() => this.#look());
  readonly #appParts: AppParts;
  readonly #declaredParts: DeclaredAppParts;
  readonly #ledger: CapacityLedger;
  readonly #standby: StandbyKeeper;
  readonly #roomAsked: RoomAsked;
  readonly #observer: RequestObserver | undefined;
  /** What HAProxy was told last about guards; it hears in order. */
  #guarding: Promise<void> = Promise.resolve();
  /** Ends that the runtime told before their instances were adopted. */
  #endedEarly: InstanceEnd[] | undefined = [];

  constructor(parts: HostEngineParts, options: FleetOptions) {
    const { config, runtime, images, log } = parts;
    const paths = proxyPathsFor(config.runDir);
    this.#parts = parts;
    this.#hub = options.hub;
    this.#names = new ProjectNames(parts);
    this.#ledger = options.ledger;
    this.#roomAsked = createRoomAsked(() => this.#ledger.waitsFor());
    const control = createHaproxyControl(paths.controlSocket);
    this.#edge = new Edge({ paths, slotCount: config.slotCount, process: options.haproxy, control, log });
    this.callers = new CallerIdentity(this.#edge);
    this.#mesh = new AppMesh({ edge: this.#edge, callers: this.callers, runtime, log });
    runtime.watchAddresses(this.callers);
    this.#activator = createActivator({
      endpoint: activatorEndpointFor(config.runDir),
      token: () => ensureActivatorToken(paths.dir),
      innerSocket: paths.innerSocket,
      relayedSocket: paths.relayedSocket,
      find: (door, host) => this.#hosts.get(routeKeyFor(door, host) ?? ''),
      holdMs: config.startDeadlineMs + HOLD_MARGIN_MS,
      waitingPerAppMax: parts.waitingPerAppMax ?? WAITING_PER_APP_MAX,
      log,
    });
    this.#observer = config.observe && this.#createObserver(control, config.observe.otlp);
    const gate = createStartGate(STARTS_PER_CORE * availableParallelism());
    this.#standby = new StandbyKeeper({
      memoryBytesMax: config.standbyMemoryBytes,
      roomBytes: () => this.#ledger.freeMemoryBytes,
      isStarting: () => gate.isBusy,
      isAnyRunning: () => this.#ledger.isAnyHeld,
      memoryState: parts.memoryState ?? readMemoryState,
      log,
    });
    this.#appParts = {
      runtime,
      images,
      log,
      edge: this.#edge,
      ledger: this.#ledger,
      gate,
      standby: this.#standby,
      startDeadlineMs: config.startDeadlineMs,
      windows: { ...SCALE_WINDOWS, ...parts.scaleWindows },
      emit: () => undefined,
      runs: options.runs,
      onChange: (app) => this.#onChange(app),
    };
    this.#declaredParts = {
      windows: this.#appParts.windows,
      values: new SharedValues(),
      controllerFor: (workload) => new AppController(workload, { ...this.#appParts, ...this.#partsFor(workload) }),
    };
  }

  /** Makes HAProxy run, gives the apps what was found, and takes requests. */
  async start(apps: readonly AppWorkload[], adoption: Adoption): Promise<void> {
    const { how, servers } = await this.#edge.start();
    const known = new Map(servers.map((server) => [server.server, server]));
    await this.callers.adopt([...adoption.running, ...adoption.standby.map(({ instance }) => instance)]);
    const stray = await this.#adopt(apps, { ...adoption, known });
    // Before that, nobody reaches a guarded app.
    await this.#guarding;
    await this.#observer?.start();
    await this.#activator.start();
    // Out of rotation first: the last requests of a revision that was replaced meanwhile are answered.
    await this.#edge.sweep(servers);
    await Promise.all(stray.map((name) => this.#parts.runtime.stop(name, STRAY_GRACE_MS)));
    const { running, ended } = adoption;
    this.#parts.log.info('The host engine runs', { haproxy: how, adopted: running.length, ended: ended.length });
  }

  /** Lets go of HAProxy and of what is ready. */
  async stop(): Promise<void> {
    await Promise.all([this.#ticker.stop(), this.#standby.close()]);
    const apps = [...this.#controllers(), ...this.#leaving];
    await Promise.all([this.#activator.stop(), ...apps.map((app) => app.close())]);
    await this.#observer?.stop();
    await this.#edge.stop();
  }

  setCertificates(projectId: string, certificates: readonly CertificateWorkload[]): Promise<void> {
    return this.#edge.certificates.set(projectId, certificates);
  }

  answerChallenge(token: string, answer: string): Promise<() => Promise<void>> {
    return this.#edge.answerChallenge(token, answer);
  }

  /** Resolves when its requests, and calls of its project, go as it says. */
  async apply(given: AppWorkload): Promise<void> {
    const workload = this.#withRouteKeys(given);
    this.#names.declare(given);
    this.#guard(keyOf(given), guardsFor(given));
    const told = this.#mesh.declare(given);
    const led = this.#declare(workload).apply();
    this.#ledger.declareMinimum(keyOf(workload), declaredMinimum(workload));
    await Promise.all([told, led]);
  }

  async remove(key: AppKey): Promise<void> {
    const app = this.#apps.get(keyOf(key));
    if (!app) return;
    this.#apps.delete(keyOf(key));
    this.#forgetHosts(app.workload);
    this.#names.forget(key);
    this.#guard(keyOf(key), []);
    const told = this.#mesh.forget(key);
    this.#ledger.forgetMinimum(keyOf(key));
    const { controller } = app;
    if (controller) {
      this.#leaving.add(controller);
      this.#awake.delete(controller);
    }
    await Promise.all([controller?.remove(), told]);
    this.#observer?.forgetApp(key);
    // An app of the same name that came meanwhile has said who may connect to it.
    void Promise.resolve(controller?.gone()).then(() =>
      this.#apps.has(keyOf(key)) ? undefined : this.#mesh.open(key),
    );
  }

  /** Resolves when no instance of the project is left. */
  async removeProject(projectId: string): Promise<void> {
    const apps = [...this.#apps.values()].filter((app) => app.projectId === projectId);
    await Promise.all(apps.map((app) => this.remove(app)));
    const leaving = [...this.#leaving].filter((app) => app.workload.projectId === projectId);
    await Promise.all([...leaving.map((app) => app.gone()), this.setCertificates(projectId, [])]);
    this.callers.forgetProject(projectId);
    this.#observer?.forgetProject(projectId);
  }

  observe(key: AppKey): AppObservation | undefined {
    return this.#apps.get(keyOf(key))?.observe();
  }

  observeMetrics(): readonly RevisionMetrics[] {
    return [...this.#apps.values()].flatMap((app) => app.observeMetrics());
  }

  async observeEdges(): Promise<EdgesObservation> {
    return (await this.#observer?.observe()) ?? NOT_OBSERVED;
  }

  /** Room was taken or given back by what is no app's. */
  onRoomChange(): void {
    this.#standby.reviewSoon();
  }

  onEnd(end: InstanceEnd): void {
    this.#ledger.release(end.instanceName);
    if (this.#endedEarly) this.#endedEarly.push(end);
    else if (!this.#apps.get(keyOf(end))?.onEnd(end)) for (const app of this.#leaving) if (app.onEnd(end)) return;
  }

  #createObserver(control: HaproxyControl, otlp: OtlpTarget | undefined): RequestObserver {
    const { config, log } = this.#parts;
    return new RequestObserver({
      controlSocket: proxyPathsFor(config.runDir).controlSocket,
      otlp,
      log,
      askInFlight: () => control.ask(`show table ${FLIGHT_TABLE}`),
      ownerOfSlot: (slot) => this.#edge.ownerOf(slot),
      // Who is behind a guard or a list of callers has that way's key alone; who was turned away asked for the other.
      appBehind: (door, host) =>
        this.#hosts.get(routeKeyFor(door, host) ?? '') ?? this.#hosts.get(routeKeyFor(doorBehind(door), host) ?? ''),
    });
  }

  /** Declares every app, gives each what already runs for it, and only then lets them act. Returns what nobody wants. */
  async #adopt(
    apps: readonly AppWorkload[],
    found: Adoption & { known: ReadonlyMap<string, KnownServer> },
  ): Promise<readonly string[]> {
    for (const workload of apps) this.#declare(this.#withRouteKeys(workload));
    this.#holdAdopted(apps, found.running);
    const stray: string[] = [];
    for (const instance of found.running) {
      const app = this.#apps.get(keyOf(instance));
      const isWanted = await app?.begin().adopt(instance, found.known.get(instance.instanceName));
      if (!isWanted) stray.push(instance.instanceName);
    }
    for (const waiting of found.standby) {
      const { instance } = waiting;
      const isWanted = this.#apps.get(keyOf(instance))?.begin().adoptStandby(waiting);
      if (!isWanted) stray.push(instance.instanceName);
    }
    const early = this.#endedEarly ?? [];
    this.#endedEarly = undefined;
    for (const end of early) this.onEnd(end);
    for (const ended of found.ended) this.#apps.get(keyOf(ended))?.noteEnded(ended);
    await Promise.all(apps.map((workload) => this.apply(workload)));
    this.#ticker.arm();
    return stray;
  }

  /** What runs counts from the first moment on, so that nothing starts in its room. */
  #holdAdopted(apps: readonly AppWorkload[], running: readonly Instance[]): void {
    const revisions = new Map(
      apps.flatMap((app) =>
        app.revisions.map((revision) => [`${keyOf(app)}/${revision.revisionName}`, revision] as const),
      ),
    );
    for (const instance of running) {
      const revision = revisions.get(`${keyOf(instance)}/${instance.revisionName}`);
      if (revision) this.#ledger.hold(instanceClaim(instance, instance.instanceName, revision));
    }
  }

  /** Tells who watches of what is new, and nothing of what is only said again. */
  #declare(workload: AppWorkload): DeclaredApp {
    const key = keyOf(workload);
    const known = this.#apps.get(key);
    const app = known ?? new DeclaredApp(key, workload, this.#declaredParts);
    if (known) this.#forgetHosts(known.workload);
    else this.#apps.set(key, app);
    const isChanged = app.declare(workload);
    for (const host of allHosts(app.workload)) this.#hosts.set(host, app);
    const { appName, projectId } = app;
    if (!known || isChanged) this.#hub.changed({ projectId, appName });
    return app;
  }

  #controllers(): readonly AppController[] {
    return [...this.#apps.values()].flatMap(({ controller }) => controller ?? []);
  }

  #guard(key: string, guards: readonly Guard[]): void {
    this.#guarding = this.#edge.setGuards(key, guards).catch((error: unknown) => {
      this.#parts.log.error('HAProxy refuses a guard', { app: key, error });
    });
  }

  #withRouteKeys(workload: AppWorkload): AppWorkload {
    return withRouteKeys(workload, this.#parts.runtime.gatewayOf(workload.projectId));
  }

  #forgetHosts(workload: AppWorkload): void {
    const key = keyOf(workload);
    for (const host of allHosts(workload)) if (this.#hosts.get(host)?.key === key) this.#hosts.delete(host);
  }

  #partsFor({ projectId, appName }: AppKey): Pick<AppParts, 'emit' | 'windows'> {
    return {
      emit: (event) => this.#hub.event({ projectId, appName, ...event, at: new Date().toISOString() }),
      windows: { ...this.#appParts.windows, isRoomAsked: () => this.#roomAsked.take(projectId) },
    };
  }

  #onChange(app: AppController): void {
    if (app.isGone) this.#leaving.delete(app);
    this.#hub.changed(app.workload, app.isExpected);
    this.#standby.reviewSoon();
    const isAwake = app.isAwake && this.#apps.get(keyOf(app.workload))?.controller === app;
    if (!isAwake) {
      this.#awake.delete(app);
      return;
    }
    this.#awake.add(app);
    this.#ticker.arm();
  }

  async #look(): Promise<'busy' | 'idle' | 'asleep'> {
    const awake = [...this.#awake].filter((app) => app.isAwake);
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

function doorBehind(door: string | undefined): string {
  if (door === undefined) return guardedDoor('public');
  return door === PRIVATE_DOOR ? guardedDoor('private') : calledDoor(door);
}

/** Its own and those of its tags. */
function keyOf({ projectId, appName }: AppKey): string {
  return `${projectId}/${appName}`;
}
