/**
 * Puts the brain together: the nouns' operations over one context, the reconcile queue, and what activates it (changes,
 * the engine's signals, a periodic full pass). No state of its own but what can be lost: the store is the memory.
 */
import { allowedOutboundDestinationOperations } from './allowed-outbound-destinations/allowed-outbound-destination-operations.ts';
import { appOperations } from './apps/app-operations.ts';
import { bindingOperations } from './bindings/binding-operations.ts';
import { BuildProgress } from './build-runs/build-progress.ts';
import { buildRunOperations } from './build-runs/build-run-operations.ts';
import { BuildRunner } from './build-runs/build-runner.ts';
import { buildOperations } from './builds/build-operations.ts';
import { configMapOperations } from './config-maps/config-map-operations.ts';
import type { Control, ControlParts, OperationHandlers } from './control.ts';
import type { ControlContext } from './control-context.ts';
import { domainMappingOperations } from './domain-mappings/domain-mapping-operations.ts';
import { eventOperations } from './events/event-operations.ts';
import { functionOperations } from './functions/function-operations.ts';
import { instanceOperations } from './instances/instance-operations.ts';
import { jobOperations } from './jobs/job-operations.ts';
import { jobRunOperations } from './job-runs/job-run-operations.ts';
import { persistentDataStoreOperations } from './persistent-data-stores/persistent-data-store-operations.ts';
import { platformOperations } from './platform/platform-operations.ts';
import { ensureDefaultProject, projectOperations } from './projects/project-operations.ts';
import { reclamationOperations } from './projects/reclamation-operations.ts';
import { quotaOperations } from './quotas/quota-operations.ts';
import { ReconcileLoop } from './reconcile-loop.ts';
import { revisionOperations } from './revisions/revision-operations.ts';
import { secretOperations } from './secrets/secret-operations.ts';
import { sourceOperations } from './sources/source-operations.ts';
import { Turns } from './turns.ts';

export function createControl(parts: ControlParts): Control {
  const startedAt = parts.clock.now().toISOString();
  let status: ReturnType<ControlContext['life']>['status'] = 'starting';
  const context: ControlContext = {
    ...parts,
    activate: (key) => loop.activate(key),
    buildRunner: new BuildRunner(),
    buildProgress: new BuildProgress(),
    turns: new Turns(),
    life: () => ({ status, started_at: startedAt }),
  };
  const loop = new ReconcileLoop(context);

  return {
    operations: createOperations(context),
    async start() {
      await ensureDefaultProject(context);
      await loop.start();
      status = 'ready';
    },
    async stop() {
      status = 'stopping';
      await loop.stop();
      await parts.engine.stop();
    },
  };
}

function createOperations(context: ControlContext): OperationHandlers {
  return {
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
  };
}
