/**
 * An app as it was declared, and its controller from the first moment on in which there is something to do for it: a
 * request, an instance, a minimum, a revision that must show that it comes up. A platform may have a hundred thousand
 * apps of which few are ever asked; one that only sleeps costs what it declares, and nothing else.
 */
import { isDeepStrictEqual } from 'node:util';
import type { AppKey, AppObservation, AppWorkload, RevisionMetrics } from '@slipway/engine';
import type { HeldRequest, Wakeable, Woken } from '../activator/activator.ts';
import type { Instance, InstanceEnd } from '../instance/instance-runtime.ts';
import type { DemandWindows } from '../scaler/demand-history.ts';
import type { AppController } from './app-controller.ts';
import { describeFault, InstanceFault } from './instance-fault.ts';
import type { SharedValues } from './shared-values.ts';
import { shareWorkload } from './shared-workload.ts';
import { maySleep, measureSleeping, observeSleeping } from './sleeping-app.ts';

/** One for all apps. */
export interface DeclaredAppParts {
  readonly controllerFor: (workload: AppWorkload) => AppController;
  readonly windows: DemandWindows;
  readonly values: SharedValues;
}

export class DeclaredApp implements Wakeable, AppKey {
  /** `<project>/<app>`. */
  readonly key: string;
  readonly #parts: DeclaredAppParts;
  #workload: AppWorkload;
  #controller: AppController | undefined;

  constructor(key: string, workload: AppWorkload, parts: DeclaredAppParts) {
    this.key = key;
    this.#workload = shareWorkload(workload, parts.values);
    this.#parts = parts;
  }

  get workload(): AppWorkload {
    return this.#workload;
  }

  get projectId(): string {
    return this.#workload.projectId;
  }

  get appName(): string {
    return this.#workload.appName;
  }

  /** Undefined as long as it only sleeps. */
  get controller(): AppController | undefined {
    return this.#controller;
  }

  /** The workload is known from now on, and nothing is done about it. False when it was known already. */
  declare(workload: AppWorkload): boolean {
    if (isDeepStrictEqual(this.#workload, workload)) return false;
    this.#workload = shareWorkload(workload, this.#parts.values);
    this.#controller?.declare(this.#workload);
    return true;
  }

  /** Resolves when HAProxy leads requests as the workload says. */
  async apply(): Promise<void> {
    if (this.#controller || !maySleep(this.#workload)) await this.begin().apply(this.#workload);
  }

  /** Its controller, from now on; it does not act before `apply`. */
  begin(): AppController {
    if (this.#controller) return this.#controller;
    this.#controller = this.#parts.controllerFor(this.#workload);
    this.#controller.declare(this.#workload);
    return this.#controller;
  }

  async waitRoutable(request: HeldRequest, signal: AbortSignal): Promise<Woken> {
    const isFirst = this.#controller === undefined;
    const controller = this.begin();
    if (isFirst) await controller.apply(this.#workload);
    return await controller.waitRoutable(request, signal);
  }

  explain(error: unknown): string | undefined {
    return error instanceof InstanceFault ? describeFault(this.appName, error) : undefined;
  }

  noteEnded(ended: Instance & InstanceEnd): void {
    this.begin().noteEnded(ended);
  }

  onEnd(end: InstanceEnd): boolean {
    return this.#controller?.onEnd(end) ?? false;
  }

  observe(): AppObservation {
    return this.#controller?.observe() ?? observeSleeping(this.#workload);
  }

  observeMetrics(): readonly RevisionMetrics[] {
    return this.#controller?.observeMetrics() ?? measureSleeping(this.#workload, this.#parts.windows);
  }
}
