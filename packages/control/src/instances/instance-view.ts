/** An instance as the engine sees it, in the shape of the API. Pure. */
import type { InstanceObservation } from '@slipway/engine';
import type { AppInstance } from '@slipway/spec';
import type { AppSettings } from '../apps/app-settings.ts';

export interface InstancePlace {
  readonly projectId: string;
  readonly region: string;
  readonly appName: string;
  /** Address of the app. */
  readonly appHref: string;
  /** Of the instance's revision. */
  readonly settings: AppSettings;
}

type ContainerStatus = NonNullable<NonNullable<AppInstance['status_details']>['user_container']>;
type ContainerState = NonNullable<ContainerStatus['current_state']>;

export function viewInstance(seen: InstanceObservation, place: InstancePlace): AppInstance {
  return {
    name: seen.instanceName,
    app_name: place.appName,
    revision_name: seen.revisionName,
    project_id: place.projectId,
    region: place.region,
    created_at: seen.createdAt,
    href: `${place.appHref}/instances/${seen.instanceName}`,
    resource_type: 'app_instance_v2',
    scale_cpu_limit: place.settings.scale_cpu_limit,
    scale_ephemeral_storage_limit: place.settings.scale_ephemeral_storage_limit,
    scale_memory_limit: place.settings.scale_memory_limit,
    status: seen.state,
    status_details: { restarts: seen.restarts, user_container: { current_state: containerState(seen) } },
  };
}

function containerState(seen: InstanceObservation): ContainerState {
  const started = seen.startedAt === undefined ? {} : { started_at: seen.startedAt };
  const reason = seen.reason === undefined ? {} : { reason: seen.reason };
  switch (seen.state) {
    case 'pending':
      return { container_status: 'pending', ...reason };
    case 'running':
      return { container_status: 'running', ...started };
    case 'succeeded':
    case 'failed':
      return {
        container_status: 'terminated',
        ...started,
        ...(seen.completedAt !== undefined && { completed_at: seen.completedAt }),
        ...(seen.exitCode !== undefined && { exit_code: seen.exitCode }),
        ...reason,
      };
  }
}
