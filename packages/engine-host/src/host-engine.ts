/**
 * The engine of one Linux machine: HAProxy, the activator, the scaler and the instances behind the seam.
 *
 * HAProxy and the instances are processes of their own. `stop` lets go of them, `start` finds them again; in between
 * requests to ready apps are answered as ever.
 */
import {
  EngineFault,
  RunLedger,
  type AppKey,
  type AppObservation,
  type AppWorkload,
  type CapacityObservation,
  type Declared,
  type EdgesObservation,
  type Engine,
  type EngineFaultCode,
  type EngineSignal,
  type InstanceRun,
  type LogEntry,
  type LogQuery,
  type ProjectWorkload,
  type ResolvedImage,
  type ResolveImageOptions,
  type RevisionMetrics,
} from '@slipway/engine';
import { CapacityLedger, type Claim } from './admission/capacity-ledger.ts';
import { describeBound } from './admission/describe-bound.ts';
import { createSignalHub } from './app/signal-hub.ts';
import { AppFleet } from './app-fleet.ts';
import type { Adoption } from './instance/instance-runtime.ts';
import type { HostEngineParts } from './host-engine-parts.ts';
import { activatorEndpointFor, projectDoorFor, proxyPathsFor } from './proxy/haproxy-config.ts';
import { createHaproxyProcess, type HaproxyProcess } from './proxy/haproxy-process.ts';

export interface ReserveOptions {
  readonly signal: AbortSignal;
  readonly onWait?: (why: string) => void;
}

export interface PurgeableEngine extends Engine {
  /** Removes everything of this platform from the machine: HAProxy, instances, networks. After `stop`. */
  purge(): Promise<void>;
  /**
   * Room for what is no instance: a build. Resolves with what gives it back; rejects with the signal's reason. `onWait`
   * is told why it is not there yet.
   */
  reserve(claim: Claim, options: ReserveOptions): Promise<() => void>;
  /** What the edge answers to an authority that looks for this token of a challenge, until it is taken back. */
  answerChallenge(token: string, answer: string): Promise<() => Promise<void>>;
}

/** What fails for its project alone. */
const PARTIAL_FAULTS: readonly EngineFaultCode[] = ['disk_full', 'certificate_refused'];

export function createHostEngine(parts: HostEngineParts): PurgeableEngine {
  return new HostEngine(parts);
}

class HostEngine implements PurgeableEngine {
  readonly kind = 'host';
  readonly #parts: HostEngineParts;
  readonly #haproxy: HaproxyProcess;
  readonly #hub = createSignalHub();
  readonly #runs = new RunLedger<InstanceRun>();
  readonly #ledger: CapacityLedger;
  /** Claims that are no instances. */
  readonly #reserved = new Set<string>();
  #fleet: AppFleet | undefined;

  constructor(parts: HostEngineParts) {
    const { config, runtime, log } = parts;
    const paths = proxyPathsFor(config.runDir);
    const activator = activatorEndpointFor(config.runDir);
    this.#parts = parts;
    this.#ledger = new CapacityLedger(config.capacity);
    const projectDoor = projectDoorFor(config.runDir);
    const { http, https, observe, privateEntry, slotCount } = config;
    const optional = { ...(https && { https }), ...(observe && { observe }) };
    const settings = { ...http, slotCount, paths, activator, projectDoor, privateEntry, ...optional };
    this.#haproxy = createHaproxyProcess(settings, { log });
    runtime.onEnd((end) => this.#fleet?.onEnd(end));
  }

  async start(declared: Declared): Promise<void> {
    await this.stop();
    const { runtime } = this.#parts;
    const fleet = new AppFleet(this.#parts, {
      haproxy: this.#haproxy,
      hub: this.#hub,
      runs: this.#runs,
      ledger: this.#ledger,
    });
    this.#fleet = fleet;
    try {
      this.#ledger.reset(this.#reserved);
      const adoption = await runtime.adopt();
      for (const project of declared.projects) await this.#adoptProject(project);
      await fleet.start(declared.apps, adoption);
      await this.#removeUndeclared(declared, adoption);
    } catch (cause) {
      await this.stop();
      if (cause instanceof EngineFault) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EngineFault('engine_unavailable', `Cannot run apps on this machine: ${reason}`, { cause });
    }
  }

  /** Files that found no room cost their project the newest content, and must not cost the others the platform. */
  async #adoptProject(project: ProjectWorkload): Promise<void> {
    try {
      await this.applyProject(project);
    } catch (error) {
      if (!(error instanceof EngineFault) || !PARTIAL_FAULTS.includes(error.code)) throw error;
      this.#parts.log.error('A project is not complete', { projectId: project.projectId, error });
    }
  }

  /** Projects that were removed while no daemon ran. What cannot be removed now is found again by the next start. */
  async #removeUndeclared({ projects }: Declared, adoption: Adoption): Promise<void> {
    const declared = new Set(projects.map((project) => project.projectId));
    for (const projectId of adoption.projects.filter((id) => !declared.has(id))) {
      try {
        await this.removeProject(projectId);
      } catch (error) {
        this.#parts.log.error('A project that is declared no more cannot be removed', { projectId, error });
      }
    }
  }

  async stop(): Promise<void> {
    const fleet = this.#fleet;
    if (!fleet) return;
    await fleet.stop();
    this.#fleet = undefined;
    this.#runs.letGo();
    await this.#parts.runtime.close();
  }

  async purge(): Promise<void> {
    await this.#haproxy.purge();
    await this.#parts.runtime.purge();
  }

  async applyProject(project: ProjectWorkload): Promise<void> {
    this.#ledger.setQuota(project.projectId, project.quota);
    this.#fleet?.callers.declareProject(project);
    await this.#parts.runtime.applyProject(project);
    if (this.#parts.config.https) await this.#fleet?.setCertificates(project.projectId, project.certificates ?? []);
  }

  async removeProject(projectId: string): Promise<void> {
    await this.#running.removeProject(projectId);
    await this.#parts.runtime.removeProject(projectId);
    this.#ledger.setQuota(projectId, undefined);
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
    await this.#running.apply(workload);
  }

  async removeApp(key: AppKey): Promise<void> {
    await this.#running.remove(key);
  }

  async observeApp(key: AppKey): Promise<AppObservation | undefined> {
    return this.#running.observe(key);
  }

  async observeMetrics(): Promise<readonly RevisionMetrics[]> {
    return this.#running.observeMetrics();
  }

  async observeEdges(): Promise<EdgesObservation> {
    return this.#running.observeEdges();
  }

  async observeRuns(): Promise<readonly InstanceRun[]> {
    return this.#runs.observe();
  }

  async forgetRuns(runs: readonly InstanceRun[]): Promise<void> {
    this.#runs.forget(runs);
  }

  async observeCapacity(): Promise<CapacityObservation> {
    return this.#ledger.observe();
  }

  async reserve(claim: Claim, { onWait, signal }: ReserveOptions): Promise<() => void> {
    await this.#ledger.enter(claim, { signal, onWait: (bound) => onWait?.(describeBound(bound)) });
    this.#reserved.add(claim.id);
    this.#fleet?.onRoomChange();
    return () => {
      this.#reserved.delete(claim.id);
      this.#ledger.release(claim.id);
      this.#fleet?.onRoomChange();
    };
  }

  answerChallenge(token: string, answer: string): Promise<() => Promise<void>> {
    return this.#running.answerChallenge(token, answer);
  }

  watch(signal: AbortSignal): AsyncIterable<EngineSignal> {
    return this.#hub.watch(signal);
  }

  readLogs(query: LogQuery, signal: AbortSignal): AsyncIterable<LogEntry> {
    return this.#parts.runtime.readLogs(query, signal);
  }

  get #running(): AppFleet {
    if (this.#fleet) return this.#fleet;
    throw new EngineFault('engine_unavailable', 'The engine does not run: it was not started, or was stopped');
  }
}
