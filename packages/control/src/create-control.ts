/**
 * Puts the brain together: the nouns' operations over one context, the reconcile queue, and what activates it (changes,
 * the engine's signals, a periodic full pass). No state of its own but what can be lost: the store is the memory.
 */
import { AccessDirectory } from './access/access-directory.ts';
import { createAccessGuard } from './access/access-guard.ts';
import { WorkloadTokens } from './access/workload-tokens.ts';
import { allowedOutboundDestinationOperations } from './allowed-outbound-destinations/allowed-outbound-destination-operations.ts';
import { appliedSetOperations } from './applied-sets/applied-set-operations.ts';
import { apiKeyOperations } from './api-keys/api-key-operations.ts';
import { RunLedger } from '@slipway/engine';
import { appOperations } from './apps/app-operations.ts';
import { restartOperations } from './apps/restart-operations.ts';
import { auditOperations } from './audit/audit-operations.ts';
import { AuditTrail } from './audit/audit-trail.ts';
import { bindingOperations } from './bindings/binding-operations.ts';
import { AppliedApps } from './apps/applied-apps.ts';
import { BuildProgress } from './build-runs/build-progress.ts';
import { buildRunOperations } from './build-runs/build-run-operations.ts';
import type { BuildRunTime } from './build-runs/build-run-time.ts';
import { BuildRunner } from './build-runs/build-runner.ts';
import { buildOperations } from './builds/build-operations.ts';
import { buildStrategyOperations } from './build-strategies/build-strategy-operations.ts';
import { CertificateOrders } from './certificates/certificate-orders.ts';
import { configMapOperations } from './config-maps/config-map-operations.ts';
import type { Control, ControlParts, OperationHandlers } from './control.ts';
import type { ControlContext } from './control-context.ts';
import { dataKeyOperations } from './data-keys/data-key-operations.ts';
import { freshStore } from './data-keys/fresh-store.ts';
import { KeyRotation } from './data-keys/key-rotation.ts';
import { domainMappingOperations } from './domain-mappings/domain-mapping-operations.ts';
import { eventOperations } from './events/event-operations.ts';
import { functionOperations } from './functions/function-operations.ts';
import { inboundRuleOperations } from './inbound-rules/inbound-rule-operations.ts';
import { instanceOperations } from './instances/instance-operations.ts';
import { jobOperations } from './jobs/job-operations.ts';
import { jobRunOperations } from './job-runs/job-run-operations.ts';
import { memberOperations } from './members/member-operations.ts';
import { metricsOperations } from './metrics/metrics-operations.ts';
import { persistentDataStoreOperations } from './persistent-data-stores/persistent-data-store-operations.ts';
import { platformOperations } from './platform/platform-operations.ts';
import { ProjectDeclarer } from './projects/project-declarer.ts';
import { ensureDefaultProject, projectOperations } from './projects/project-operations.ts';
import { reclamationOperations } from './projects/reclamation-operations.ts';
import { quotaOperations } from './quotas/quota-operations.ts';
import { ReconcileLoop } from './reconcile-loop.ts';
import { revisionOperations } from './revisions/revision-operations.ts';
import { secretOperations } from './secrets/secret-operations.ts';
import { sourceOperations } from './sources/source-operations.ts';
import { subscriptionOperations } from './subscriptions/subscription-operations.ts';
import { meshOperations } from './mesh/mesh-operations.ts';
import { trafficOperations } from './traffic/traffic-operations.ts';
import { UsageMeter } from './usage/usage-meter.ts';
import { usageOperations } from './usage/usage-operations.ts';
import { ChangeFeed } from './watch/change-feed.ts';
import { notifyingStore } from './watch/notifying-store.ts';
import { watchOperations } from './watch/watch-projects.ts';
import { Turns } from './turns.ts';

export function createControl(given: ControlParts): Control {
  const feed = new ChangeFeed(given.randomText);
  const { settled, store } = freshStore(given.store, given.secretBox);
  const parts: ControlParts = { ...given, store: notifyingStore(store, feed) };
  const keyRotation = new KeyRotation({ ...parts, settled });
  const startedAt = parts.clock.now().toISOString();
  let status: ReturnType<ControlContext['life']>['status'] = 'starting';
  const workloadTokens = new WorkloadTokens(parts.serviceTokens, parts.clock);
  const onRoles = (projectId: string) => feed.note({ kind: 'roles', projectId, name: '', type: 'modified' });
  const directory = new AccessDirectory({ ...parts, onRoles });
  const audit = new AuditTrail(parts);
  const buildTimes = new RunLedger<BuildRunTime>();
  const usageMeter = new UsageMeter({ ...parts, buildTimes });
  const context: ControlContext = {
    ...parts,
    directory,
    audit,
    feed,
    keyRotation,
    activate: (key) => loop.activate(key),
    appliedApps: new AppliedApps(),
    certificateOrders: new CertificateOrders(parts.clock),
    workloadTokens,
    projectDeclarer: new ProjectDeclarer({ ...parts, workloadTokens }),
    buildRunner: new BuildRunner(),
    buildProgress: new BuildProgress(),
    buildTimes,
    usageMeter,
    turns: new Turns(),
    life: () => ({ status, started_at: startedAt }),
  };
  const loop = new ReconcileLoop(context);

  return {
    operations: createOperations(context),
    guard: createAccessGuard(directory),
    directory,
    audit,
    async start() {
      await audit.start();
      await directory.load();
      await ensureDefaultProject(context);
      await loop.start();
      await usageMeter.start();
      keyRotation.start();
      status = 'ready';
    },
    async stop() {
      status = 'stopping';
      await context.certificateOrders.stop();
      await loop.stop();
      await keyRotation.stop();
      await directory.stop();
      await usageMeter.stop();
      await parts.engine.stop();
      await audit.stop();
    },
  };
}

function createOperations(context: ControlContext): OperationHandlers {
  const operations: OperationHandlers = {
    ...platformOperations(context),
    ...projectOperations(context),
    ...reclamationOperations(context),
    ...quotaOperations(context),
    ...appOperations(context),
    ...revisionOperations(context),
    ...instanceOperations(context),
    ...eventOperations(context),
    ...sourceOperations(context),
    ...buildOperations(context),
    ...buildRunOperations(context),
    ...configMapOperations(context),
    ...secretOperations(context),
    ...jobOperations(context),
    ...jobRunOperations(context),
    ...functionOperations(context),
    ...bindingOperations(context),
    ...domainMappingOperations(context),
    ...persistentDataStoreOperations(context),
    ...allowedOutboundDestinationOperations(context),
    ...inboundRuleOperations(context),
    ...memberOperations(context),
    ...apiKeyOperations(context),
    ...auditOperations(context),
    ...appliedSetOperations(context),
    ...subscriptionOperations(context),
    ...usageOperations(context),
    ...metricsOperations(context),
    ...buildStrategyOperations(context),
    ...trafficOperations(context),
    ...meshOperations(context),
    ...restartOperations(context),
    ...dataKeyOperations(context),
    ...watchOperations(context, () => operations),
  };
  return operations;
}
