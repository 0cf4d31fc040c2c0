export type { BuildNetworkOptions, HostBuilderOptions } from './host-builder-options.ts';
export { createHostBuilder, HOST_STRATEGIES, type HostBuilder } from './host-builder.ts';
export { pickStepEnvironment } from './sandbox/step-environment.ts';
