export type { BuildNetworkOptions, HostBuilderOptions } from './host-builder-options.ts';
export { createHostBuilder, type HostBuilder } from './host-builder.ts';
export { pickStepEnvironment } from './sandbox/step-environment.ts';
