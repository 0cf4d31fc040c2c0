export * from './errors.ts';
export type { JsonSchema } from './json-schema.ts';
export * from './limits.ts';
export * from './manifest/declared-kinds.ts';
export * from './manifest/manifest-schema.ts';
export * from './names.ts';
export { renderOpenApi } from './openapi.ts';
export * from './operations.ts';
export * from './quantities.ts';
export * from './quotas.ts';
export * from './resources/allowed-outbound-destination.ts';
export * from './resources/api-key.ts';
export * from './resources/app.ts';
export * from './resources/audit.ts';
export * from './resources/applied-set.ts';
export * from './resources/binding.ts';
export * from './resources/build-strategy.ts';
export * from './resources/build.ts';
export * from './resources/caller.ts';
export * from './resources/config-map.ts';
export * from './resources/data-keys.ts';
export * from './resources/certificate-failure.ts';
export * from './resources/domain-mapping.ts';
export * from './resources/error-envelope.ts';
export * from './resources/function.ts';
export * from './resources/inbound-rule.ts';
export * from './resources/job.ts';
export * from './resources/member.ts';
export * from './resources/edges.ts';
export * from './resources/metrics.ts';
export * from './resources/persistent-data-store.ts';
export * from './resources/platform.ts';
export * from './resources/project.ts';
export * from './resources/quota.ts';
export * from './resources/secret.ts';
export * from './resources/subscription.ts';
export * from './resources/mesh.ts';
export * from './resources/traffic.ts';
export * from './resources/usage.ts';
export * from './resources/watch.ts';
export {
  ComponentRef,
  ENV_TYPES,
  EnvVar,
  EnvVarPrototype,
  MANAGED_DOMAIN_MAPPINGS,
  Probe,
  ProbePrototype,
  SERVICE_ACCOUNTS,
} from './resources/shared.ts';
export { PLATFORM_VERSION } from './version.ts';
