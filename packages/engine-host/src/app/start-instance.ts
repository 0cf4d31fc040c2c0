/** One instance from nothing, or from what stands by, to ready. Leaves nothing behind when it fails; every failure is an InstanceFault. */
import type { AppKey, RevisionWorkload } from '@slipway/engine';
import type { ImageStore } from '@slipway/images';
import type { Admission } from '../admission/app-admission.ts';
import type { Instance, InstanceEnd, InstanceRuntime } from '../instance/instance-runtime.ts';
import { faultNeverListened, faultOf, faultOfEnd } from './instance-fault.ts';
import { waitUntilReady } from './probe.ts';
import type { StartClock } from './start-clock.ts';
import type { StartGate } from './start-gate.ts';

export interface StartParts {
  readonly runtime: InstanceRuntime;
  readonly images: ImageStore;
  readonly gate: StartGate;
  readonly admission: Admission;
  readonly startDeadlineMs: number;
}

export interface StartOrder extends AppKey {
  readonly instanceName: string;
  readonly revision: RevisionWorkload;
  /** An adopted process that only has to show that it listens. */
  readonly running?: Instance | undefined;
  readonly clock: StartClock;
  /** A sandbox waits under this name. */
  readonly hasSandbox?: boolean;
  /** Not wanted any more, or ended. */
  readonly signal: AbortSignal;
  readonly onStarted: (instance: Instance) => void;
  /** Set once the runtime told that the process is gone. */
  readonly end: () => InstanceEnd | undefined;
}

/** A program that did not start listening is not asked politely for long. */
const KILL_GRACE_MS = 1_000;

export async function startInstance(parts: StartParts, order: StartOrder): Promise<Instance> {
  const { clock, revision, signal, instanceName, projectId, appName } = order;
  let instance = order.running;
  let leave: () => void = () => undefined;
  try {
    if (!instance) {
      await parts.admission.enter(order);
      if (!order.hasSandbox) parts.runtime.expectStart();
    }
    leave = await parts.gate.enter(`${projectId}/${appName}`, signal);
    clock.mark('queue');
    if (!instance) {
      // What a sandbox is made of is mounted in it.
      const image = order.hasSandbox || (await parts.images.read(revision.imageReference));
      if (!image) await parts.images.resolve(revision.imageReference, { signal });
      clock.mark('image');
      const onSandbox = (hasWaited: boolean) => {
        if (hasWaited) clock.tier = 'created';
        clock.mark('sandbox');
      };
      instance = await parts.runtime.start({ projectId, appName, instanceName, revision, onSandbox }, signal);
      clock.mark('process');
      order.onStarted(instance);
    }
    await waitListening(instance, parts.startDeadlineMs, order);
    clock.mark('ready');
    return instance;
  } catch (error) {
    const end = order.end();
    // Before it began there may be a sandbox that waits for it.
    if (!end) await parts.runtime.stop(instanceName, instance ? KILL_GRACE_MS : 0);
    parts.admission.release(instanceName);
    throw end ? faultOfEnd(end) : faultOf(error);
  } finally {
    leave();
  }
}

interface ThawOrder extends Omit<StartOrder, 'running'> {
  /** Resolves when HAProxy leads requests to it. */
  readonly lead: () => Promise<void>;
}

/**
 * A frozen instance goes on: it listened before it was frozen, so nobody asks whether it does, and HAProxy hears of it before
 * it goes on. Whoever called takes it out of HAProxy when this fails.
 */
export async function thawInstance(parts: StartParts, order: ThawOrder): Promise<Instance> {
  const { clock, instanceName } = order;
  clock.tier = 'frozen';
  try {
    await parts.admission.enter(order);
    clock.mark('queue');
    const led = order.lead();
    led.catch(() => undefined);
    // What HAProxy is told leaves at the end of the turn. It works at that while the processes are let go on.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    const instance = await parts.runtime.thaw(instanceName);
    clock.mark('process');
    order.onStarted(instance);
    await led;
    return instance;
  } catch (error) {
    if (!order.end()) await parts.runtime.stop(instanceName, KILL_GRACE_MS);
    parts.admission.release(instanceName);
    throw faultOf(error);
  }
}

/** Its owner's delay, in which nobody asks it, is not taken from the time it has. */
async function waitListening(instance: Instance, startDeadlineMs: number, order: StartOrder): Promise<void> {
  const { port, protocol, readiness } = order.revision;
  const waitMs = startDeadlineMs + readiness.initialDelayMs;
  const deadline = AbortSignal.timeout(waitMs);
  try {
    await waitUntilReady({ ...instance, protocol }, readiness, AbortSignal.any([order.signal, deadline]));
  } catch (error) {
    if (deadline.aborted && !order.signal.aborted) throw faultNeverListened(port, waitMs);
    throw error;
  }
}
