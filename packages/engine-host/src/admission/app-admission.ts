/**
 * The way of one app's starts through the ledger: asks for the room of an instance, remembers why it waits, and tells the
 * owner once. A start that waits is no failed one: it is not tried again and again, it goes on when there is room.
 */
import {
  addResources,
  multiplyResources,
  NO_RESOURCES,
  type AdmissionBound,
  type AppKey,
  type AppWorkload,
  type EngineEvent,
  type Resources,
  type RevisionObservation,
  type RevisionWorkload,
} from '@slipway/engine';
import { describeFault, InstanceFault } from '../app/instance-fault.ts';
import type { CapacityLedger, Claim } from './capacity-ledger.ts';
import { describeBound } from './describe-bound.ts';

/** Where a start asks for its room. */
export interface Admission {
  /** Resolves when the instance may start. Rejects with the signal's reason, or InstanceFault when too many wait. */
  enter(start: StartToAdmit): Promise<void>;
  /** The start has failed; of an instance that ran, the ledger hears by its end. */
  release(instanceName: string): void;
  /** Why starts of a revision wait; undefined when none does. */
  waitsFor(revisionName: string): { readonly fault: InstanceFault; readonly isHopeless: boolean } | undefined;
}

export interface StartToAdmit {
  readonly instanceName: string;
  readonly revision: RevisionWorkload;
  readonly signal: AbortSignal;
}

export interface AppAdmissionParts {
  readonly ledger: CapacityLedger;
  readonly app: AppKey;
  readonly emit: (event: Omit<EngineEvent, keyof AppKey | 'at'>) => void;
  /** Some start waits, waits for another thing, or waits no more. */
  readonly onChange: () => void;
  /** No room that others make will do: whoever waits for the app waits in vain. */
  readonly onHopeless: (fault: InstanceFault) => void;
}

interface WaitingStart {
  readonly revisionName: string;
  readonly fault: InstanceFault;
  readonly isHopeless: boolean;
}

export class AppAdmission implements Admission {
  readonly #parts: AppAdmissionParts;
  readonly #waiting = new Map<string, WaitingStart>();

  constructor(parts: AppAdmissionParts) {
    this.#parts = parts;
  }

  async enter({ instanceName, revision, signal }: StartToAdmit): Promise<void> {
    const { app, ledger, onChange } = this.#parts;
    const onWait = (bound: AdmissionBound | undefined) => this.#note(instanceName, revision, bound);
    try {
      await ledger.enter(instanceClaim(app, instanceName, revision), { signal, onWait });
    } finally {
      if (this.#waiting.delete(instanceName)) onChange();
    }
  }

  release(instanceName: string): void {
    this.#parts.ledger.release(instanceName);
  }

  waitsFor(revisionName: string): { readonly fault: InstanceFault; readonly isHopeless: boolean } | undefined {
    return [...this.#waiting.values()].find((start) => start.revisionName === revisionName);
  }

  #note(instanceName: string, { revisionName }: RevisionWorkload, bound: AdmissionBound | undefined): void {
    const { app, emit, onChange, onHopeless } = this.#parts;
    const fault = new InstanceFault('no_capacity', describeBound(bound));
    const isHopeless = bound?.isHopeless === true;
    const isKnown = this.waitsFor(revisionName)?.fault.message === fault.message;
    this.#waiting.set(instanceName, { revisionName, fault, isHopeless });
    if (isKnown) return;
    const message = describeFault(app.appName, fault);
    emit({ revisionName, instanceName, severity: 'warning', reason: 'FailedScheduling', message });
    onChange();
    if (isHopeless) onHopeless(fault);
  }
}

export function instanceClaim({ projectId }: AppKey, instanceName: string, revision: RevisionWorkload): Claim {
  return { id: instanceName, projectId, size: sizeOf(revision) };
}

/** What an app is to have at least: that of all revisions with a share or a tag, or of its newest one. */
export function declaredMinimum({ projectId, revisions, tags = [], traffic }: AppWorkload): Omit<Claim, 'id'> {
  const reached = new Set([
    ...traffic.filter(({ percent }) => percent > 0).map(({ revisionName }) => revisionName),
    ...tags.map(({ revisionName }) => revisionName),
  ]);
  const counted = reached.size > 0 ? revisions.filter((one) => reached.has(one.revisionName)) : revisions.slice(-1);
  const sizes = counted.map((revision) => multiplyResources(sizeOf(revision), revision.scale.instancesMin));
  return { projectId, size: sizes.reduce(addResources, NO_RESOURCES) };
}

function sizeOf({ cpuMillis, ephemeralStorageBytes, memoryBytes }: RevisionWorkload): Resources {
  return { instances: 1, cpuMillis, memoryBytes, ephemeralStorageBytes };
}

/** A revision that has fewer instances than it must, because there is no room, says so; it has not failed. */
export function withWaiting(
  seen: RevisionObservation,
  revision: RevisionWorkload,
  waiting: { readonly fault: InstanceFault; readonly appName: string } | undefined,
): RevisionObservation {
  const needed = Math.max(1, revision.scale.instancesMin);
  if (!waiting || seen.fault !== undefined || seen.instancesReady >= needed) return seen;
  return { ...seen, fault: waiting.fault.fault, message: describeFault(waiting.appName, waiting.fault) };
}
