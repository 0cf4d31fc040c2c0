/** One Linux machine as an engine. */
export type { HostEngineConfig } from './host-engine-config.ts';
export { createHostEngine, type PurgeableEngine } from './host-engine.ts';
export type { HostEngineParts } from './host-engine-parts.ts';
export type { Claim } from './admission/capacity-ledger.ts';
export type { HostLog } from './host-log.ts';
export type { InstanceRuntime } from './instance/instance-runtime.ts';
export { createInstanceRuntime } from './instance/host-instance-runtime.ts';
export type { InstanceRuntimeParts } from './instance/instance-runtime-parts.ts';
export type { ScaleWindows } from './scaler/scale-input.ts';
