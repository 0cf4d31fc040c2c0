/** What every noun's operations and reconcile get: the parts, the reconcile queue, what the engine is told, and the build runs under way. */
import type { RunLedger } from '@slipway/engine';
import type { Platform } from '@slipway/spec';
import type { AccessDirectory } from './access/access-directory.ts';
import type { AppliedApps } from './apps/applied-apps.ts';
import type { WorkloadTokens } from './access/workload-tokens.ts';
import type { AuditTrail } from './audit/audit-trail.ts';
import type { BuildProgress } from './build-runs/build-progress.ts';
import type { BuildRunTime } from './build-runs/build-run-time.ts';
import type { BuildRunner } from './build-runs/build-runner.ts';
import type { CertificateOrders } from './certificates/certificate-orders.ts';
import type { ControlParts } from './control.ts';
import type { KeyRotation } from './data-keys/key-rotation.ts';
import type { ProjectDeclarer } from './projects/project-declarer.ts';
import type { UsageMeter } from './usage/usage-meter.ts';
import type { ChangeFeed } from './watch/change-feed.ts';
import type { Turns } from './turns.ts';

/** In the order of a full pass: apps can be many, and nothing else is to wait for all of them. */
export const RECONCILED_KINDS = ['project', 'build_run', 'domain_mapping', 'certificate', 'app'] as const;
export type ReconciledKind = (typeof RECONCILED_KINDS)[number];

export interface ReconcileKey {
  readonly kind: ReconciledKind;
  readonly projectId: string;
  readonly name: string;
}

export interface ControlContext extends ControlParts {
  /** Has the resource reconciled soon. Never throws, may be called twice. */
  readonly activate: (key: ReconcileKey) => void;
  readonly directory: AccessDirectory;
  readonly workloadTokens: WorkloadTokens;
  readonly feed: ChangeFeed;
  readonly keyRotation: Pick<KeyRotation, 'view' | 'rotate'>;
  readonly audit: Pick<AuditTrail, 'list'>;
  readonly projectDeclarer: ProjectDeclarer;
  readonly appliedApps: AppliedApps;
  readonly certificateOrders: CertificateOrders;
  readonly buildRunner: BuildRunner;
  readonly buildProgress: BuildProgress;
  readonly buildTimes: RunLedger<BuildRunTime>;
  readonly usageMeter: Pick<UsageMeter, 'meteredUntil' | 'refresh'>;
  readonly turns: Turns;
  readonly life: () => Pick<Platform, 'status' | 'started_at'>;
}
