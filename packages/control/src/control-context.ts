/** What every noun's operations and reconcile get: the parts, the reconcile queue, and the build runs under way. */
import type { Platform } from '@slipway/spec';
import type { BuildProgress } from './build-runs/build-progress.ts';
import type { BuildRunner } from './build-runs/build-runner.ts';
import type { ControlParts } from './control.ts';
import type { Turns } from './turns.ts';

export const RECONCILED_KINDS = ['project', 'app', 'build_run'] as const;
export type ReconciledKind = (typeof RECONCILED_KINDS)[number];

export interface ReconcileKey {
  readonly kind: ReconciledKind;
  readonly projectId: string;
  readonly name: string;
}

export interface ControlContext extends ControlParts {
  /** Has the resource reconciled soon. Never throws, may be called twice. */
  readonly activate: (key: ReconcileKey) => void;
  readonly buildRunner: BuildRunner;
  readonly buildProgress: BuildProgress;
  readonly turns: Turns;
  readonly life: () => Pick<Platform, 'status' | 'started_at'>;
}
