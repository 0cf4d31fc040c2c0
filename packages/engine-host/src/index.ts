export type { HostEngineConfig } from './host-engine-config.ts';
export { createInstanceRuntime, type InstanceRuntimeParts } from './instance/host-instance-runtime.ts';
