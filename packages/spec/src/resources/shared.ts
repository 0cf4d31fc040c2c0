/** Shapes that several resources share: environment, mounts, probes, sizes, components. Source: API v2 models. */
import { Type, type Static } from '../json-schema.ts';
import { APP_LIMITS } from '../limits.ts';
import { words } from './schema.ts';

export const ENV_TYPES = [
  'literal',
  'config_map_full_reference',
  'secret_full_reference',
  'config_map_key_reference',
  'secret_key_reference',
] as const;

export const EnvVar = Type.Object({
  type: words(ENV_TYPES),
  name: Type.Optional(Type.String()),
  value: Type.Optional(Type.String()),
  key: Type.Optional(Type.String()),
  prefix: Type.Optional(Type.String()),
  reference: Type.Optional(Type.String()),
});
export type EnvVar = Static<typeof EnvVar>;

export const EnvVarPrototype = Type.Object(
  {
    type: Type.Optional(words(ENV_TYPES)),
    name: Type.Optional(Type.String({ maxLength: 253 })),
    value: Type.Optional(Type.String({ 'x-sensitive': true })),
    key: Type.Optional(Type.String({ maxLength: 253 })),
    prefix: Type.Optional(Type.String({ maxLength: 253 })),
    reference: Type.Optional(Type.String({ maxLength: 253 })),
  },
  { additionalProperties: false },
);
export type EnvVarPrototype = Static<typeof EnvVarPrototype>;

export const VOLUME_MOUNT_TYPES = ['config_map', 'persistent_data_store', 'secret'] as const;

export const VolumeMount = Type.Object({
  mount_path: Type.String(),
  reference: Type.String(),
  type: words(VOLUME_MOUNT_TYPES),
  read_only: Type.Optional(Type.Boolean()),
  sub_path: Type.Optional(Type.String()),
});

export const VolumeMountPrototype = Type.Object(
  {
    mount_path: Type.String({
      maxLength: 4096,
      description: 'Absolute path of a folder in the instance, in its shortest form',
      examples: ['/etc/app'],
    }),
    reference: Type.String({ maxLength: 253, description: 'Name of the config map or the secret' }),
    type: words(VOLUME_MOUNT_TYPES),
    name: Type.Optional(
      Type.String({ maxLength: 253, description: 'Clients of the public API send one; it has no effect' }),
    ),
    read_only: Type.Optional(Type.Boolean()),
    sub_path: Type.Optional(Type.String({ maxLength: 4096 })),
  },
  { additionalProperties: false },
);

export const PROBE_TYPES = ['tcp', 'http'] as const;

export const Probe = Type.Object({
  type: words(PROBE_TYPES),
  path: Type.Optional(Type.String()),
  port: Type.Optional(Type.Integer()),
  interval: Type.Optional(Type.Integer()),
  timeout: Type.Optional(Type.Integer()),
  initial_delay: Type.Optional(Type.Integer()),
  failure_threshold: Type.Optional(Type.Integer()),
});
export type Probe = Static<typeof Probe>;

export const ProbePrototype = Type.Object(
  {
    type: Type.Optional(words(PROBE_TYPES)),
    path: Type.Optional(
      Type.String({ maxLength: 2048, pattern: '^/', description: 'A path from the root', examples: ['/healthz'] }),
    ),
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
    interval: Type.Optional(Type.Integer({ minimum: 1, maximum: 3600 })),
    timeout: Type.Optional(Type.Integer({ minimum: 1, maximum: 3600 })),
    initial_delay: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600 })),
    failure_threshold: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  },
  { additionalProperties: false },
);
export type ProbePrototype = Static<typeof ProbePrototype>;

export const SERVICE_ACCOUNTS = ['default', 'manager', 'reader', 'writer', 'none'] as const;

export const MANAGED_DOMAIN_MAPPINGS = ['local', 'local_private', 'local_public'] as const;

const QUANTITY_PATTERN = '^\\d+(\\.\\d+)?(m|K|M|G|Ki|Mi|Gi)?$';

export function quantity(...examples: readonly string[]) {
  const description = 'A number, with a unit where it needs one';
  return Type.Optional(Type.String({ minLength: 1, maxLength: 16, pattern: QUANTITY_PATTERN, description, examples }));
}

export const Words = Type.Array(Type.String({ maxLength: 32_768 }), { maxItems: APP_LIMITS.argumentsMax });

export const ImageReference = Type.String({ minLength: 1, maxLength: 512 });

export const ComponentRef = Type.Object({ name: Type.String(), resource_type: Type.String() });
export type ComponentRef = Static<typeof ComponentRef>;

export const ComponentRefPrototype = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 63 }), resource_type: Type.String({ minLength: 1, maxLength: 63 }) },
  { additionalProperties: false },
);

/** What apps, revisions, jobs and job runs alike say of the container that runs. */
export const containerFields = {
  computed_env_variables: Type.Array(EnvVar),
  image_secret: Type.Optional(Type.String()),
  run_arguments: Type.Array(Type.String()),
  run_as_user: Type.Optional(Type.Integer()),
  run_commands: Type.Array(Type.String()),
  run_compute_resource_token_enabled: Type.Optional(Type.Boolean()),
  run_env_variables: Type.Array(EnvVar),
  run_volume_mounts: Type.Array(VolumeMount),
};

/** The same as a caller may set it, with the size of the container; all optional. */
export const containerSettings = {
  image_secret: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
  run_arguments: Type.Optional(Words),
  run_as_user: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_534 })),
  run_commands: Type.Optional(Words),
  run_compute_resource_token_enabled: Type.Optional(Type.Boolean()),
  run_env_variables: Type.Optional(Type.Array(EnvVarPrototype, { maxItems: APP_LIMITS.envVariablesMax })),
  run_service_account: Type.Optional(words(SERVICE_ACCOUNTS)),
  run_volume_mounts: Type.Optional(Type.Array(VolumeMountPrototype, { maxItems: 100 })),
  scale_cpu_limit: quantity('0.5', '500m'),
  scale_ephemeral_storage_limit: quantity('400M', '2G'),
  scale_memory_limit: quantity('1G', '512Mi'),
};
