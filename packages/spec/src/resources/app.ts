/** App, its revisions and instances. Source: API v2 models App, AppRevision, AppInstance and their status details. */
import { Type, type Static } from '../json-schema.ts';
import { APP_LIMITS } from '../limits.ts';
import { identityFields, listOf, Timestamp, words } from './schema.ts';
import {
  containerFields,
  containerSettings,
  ImageReference,
  MANAGED_DOMAIN_MAPPINGS,
  Probe,
  ProbePrototype,
  SERVICE_ACCOUNTS,
} from './shared.ts';

export const APP_STATUSES = ['ready', 'deploying', 'failed', 'warning'] as const;
export const APP_REASONS = [
  'ready',
  'deploying',
  'waiting_for_resources',
  'no_revision_ready',
  'ready_but_latest_revision_failed',
] as const;
export const REVISION_STATUSES = ['ready', 'loading', 'warning', 'failed'] as const;
export const REVISION_REASONS = [
  'ready',
  'waiting',
  'deploying',
  'deploying_waiting_for_resources',
  'initial_scale_never_achieved',
  'fetch_image_failed_unknown_manifest',
  'fetch_image_failed_unknown_repository',
  'fetch_image_failed_registry_not_found',
  'fetch_image_failed_missing_pull_secret',
  'fetch_image_failed_wrong_pull_credentials',
  'fetch_image_failed_missing_pull_credentials',
  'container_failed_exit_code_0',
  'container_failed_exit_code_1',
  'container_failed_exit_code_139',
  'container_failed_exit_code_24',
  'image_pull_back_off',
  'invalid_tar_header_image_pull_err',
] as const;
/**
 * What of a sleeping app stands by for its next request, within the platform's memory for that: the instance itself,
 * frozen; a created sandbox without a process of the app; or nothing. An addition of ours: what is `frozen`, the default,
 * is not shown, so an app that does not use it looks as in the public API.
 */
export const STANDBY_WORDS = ['frozen', 'created', 'none'] as const;
export const APP_INSTANCE_STATUSES = ['pending', 'running', 'succeeded', 'failed'] as const;
/** What a program speaks on its port: HTTP/1.1, or HTTP/2 without TLS, as gRPC needs it. The public command line's words. */
export const PORT_PROTOCOLS = ['http1', 'h2c'] as const;
export type PortProtocol = (typeof PORT_PROTOCOLS)[number];
export const CONTAINER_STATUSES = ['running', 'pending', 'terminated'] as const;

/** What an app and a revision share: everything that makes an instance run. */
const runtimeFields = {
  image_port: Type.Optional(Type.Integer()),
  image_port_protocol: Type.Optional(words(PORT_PROTOCOLS)),
  image_reference: Type.String(),
  ...containerFields,
  probe_liveness: Type.Optional(Probe),
  probe_readiness: Type.Optional(Probe),
  run_service_account: words(SERVICE_ACCOUNTS),
  scale_concurrency: Type.Optional(Type.Integer()),
  scale_concurrency_target: Type.Optional(Type.Integer()),
  scale_cpu_limit: Type.String(),
  scale_down_delay: Type.Optional(Type.Integer()),
  scale_ephemeral_storage_limit: Type.String(),
  scale_initial_instances: Type.Optional(Type.Integer()),
  scale_max_instances: Type.Integer(),
  scale_memory_limit: Type.String(),
  scale_min_instances: Type.Integer(),
  scale_request_timeout: Type.Integer(),
  scale_standby: Type.Optional(words(STANDBY_WORDS)),
};

export const App = Type.Object({
  ...identityFields,
  ...runtimeFields,
  name: Type.String(),
  entity_tag: Type.String(),
  build: Type.Optional(Type.String()),
  build_run: Type.Optional(Type.String()),
  endpoint: Type.Optional(Type.String()),
  endpoint_internal: Type.Optional(Type.String()),
  managed_domain_mappings: words(MANAGED_DOMAIN_MAPPINGS),
  resource_type: Type.Optional(words(['app_v2'])),
  status: Type.Optional(words(APP_STATUSES)),
  status_details: Type.Optional(
    Type.Object({
      latest_created_revision: Type.Optional(Type.String()),
      latest_ready_revision: Type.Optional(Type.String()),
      reason: Type.Optional(words(APP_REASONS)),
    }),
  ),
});
export type App = Static<typeof App>;
export const AppList = listOf('apps', App);
export type AppList = Static<typeof AppList>;

export const AppRevision = Type.Object({
  ...identityFields,
  ...runtimeFields,
  name: Type.Optional(Type.String()),
  app_name: Type.Optional(Type.String()),
  resource_type: Type.Optional(words(['app_revision_v2'])),
  status: Type.Optional(words(REVISION_STATUSES)),
  status_details: Type.Optional(
    Type.Object({
      actual_instances: Type.Optional(Type.Integer()),
      reason: Type.Optional(words(REVISION_REASONS)),
    }),
  ),
});
export type AppRevision = Static<typeof AppRevision>;
export const AppRevisionList = listOf('revisions', AppRevision);
export type AppRevisionList = Static<typeof AppRevisionList>;

const ContainerState = Type.Object({
  container_status: Type.Optional(words(CONTAINER_STATUSES)),
  started_at: Type.Optional(Timestamp),
  completed_at: Type.Optional(Timestamp),
  exit_code: Type.Optional(Type.Integer()),
  reason: Type.Optional(Type.String()),
});
const ContainerStatus = Type.Object({
  current_state: Type.Optional(ContainerState),
  last_observed_state: Type.Optional(ContainerState),
});

export const AppInstance = Type.Object({
  ...identityFields,
  name: Type.Optional(Type.String()),
  app_name: Type.String(),
  revision_name: Type.String(),
  resource_type: Type.Optional(words(['app_instance_v2'])),
  scale_cpu_limit: Type.String(),
  scale_ephemeral_storage_limit: Type.String(),
  scale_memory_limit: Type.String(),
  status: Type.Optional(words(APP_INSTANCE_STATUSES)),
  status_details: Type.Optional(
    Type.Object({
      restarts: Type.Optional(Type.Integer()),
      system_container: Type.Optional(ContainerStatus),
      user_container: Type.Optional(ContainerStatus),
    }),
  ),
});
export type AppInstance = Static<typeof AppInstance>;
export const AppInstanceList = listOf('instances', AppInstance);
export type AppInstanceList = Static<typeof AppInstanceList>;

/** The writable settings, all optional: the body of a patch, and with name and image of a create. */
const settings = {
  ...containerSettings,
  image_port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  image_port_protocol: Type.Optional(words(PORT_PROTOCOLS)),
  managed_domain_mappings: Type.Optional(words(MANAGED_DOMAIN_MAPPINGS)),
  probe_liveness: Type.Optional(ProbePrototype),
  probe_readiness: Type.Optional(ProbePrototype),
  scale_concurrency: Type.Optional(Type.Integer({ minimum: 1, maximum: APP_LIMITS.scaleConcurrencyMax })),
  scale_concurrency_target: Type.Optional(Type.Integer({ minimum: 0, maximum: APP_LIMITS.scaleConcurrencyMax })),
  scale_down_delay: Type.Optional(Type.Integer({ minimum: 0, maximum: APP_LIMITS.scaleDownDelaySecondsMax })),
  scale_initial_instances: Type.Optional(Type.Integer({ minimum: 1, maximum: APP_LIMITS.instancesMax })),
  scale_max_instances: Type.Optional(Type.Integer({ minimum: 0, maximum: APP_LIMITS.instancesMax })),
  scale_min_instances: Type.Optional(Type.Integer({ minimum: 0, maximum: APP_LIMITS.instancesMax })),
  scale_request_timeout: Type.Optional(Type.Integer({ minimum: 1, maximum: APP_LIMITS.scaleRequestTimeoutSecondsMax })),
  scale_standby: Type.Optional(words(STANDBY_WORDS)),
};

export const AppPrototype = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 63 }), image_reference: ImageReference, ...settings },
  { additionalProperties: false },
);
export type AppPrototype = Static<typeof AppPrototype>;

export const AppPatch = Type.Object(
  { image_reference: Type.Optional(ImageReference), ...settings },
  { additionalProperties: false },
);
export type AppPatch = Static<typeof AppPatch>;
