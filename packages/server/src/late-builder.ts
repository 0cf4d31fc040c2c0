/**
 * A builder that exists before it may touch the machine. The control plane is put together while another daemon might
 * still hold the port; the real builder, which claims networks and sweeps leftovers, is opened only afterwards.
 */
import { HOST_STRATEGIES, type HostBuilder } from '@slipway/build';
import { EngineFault, type Builder } from '@slipway/engine';

export interface LateBuilder extends Builder {
  open(): Promise<void>;
  close(): Promise<void>;
}

export function createLateBuilder(create: () => Promise<HostBuilder>): LateBuilder {
  let opened: HostBuilder | undefined;

  function builder(): HostBuilder {
    if (opened) return opened;
    throw new EngineFault('engine_unavailable', 'Cannot build now: the platform is starting or stopping');
  }

  return {
    strategies: HOST_STRATEGIES,
    run: (build, onStep, signal) => builder().run(build, onStep, signal),
    readLogs: (query, signal) => builder().readLogs(query, signal),
    remove: (projectId, buildRunName) => builder().remove(projectId, buildRunName),
    removeProject: (project) => builder().removeProject(project),
    async open() {
      opened ??= await create();
    },
    async close() {
      const closing = opened;
      opened = undefined;
      await closing?.close();
    },
  };
}
