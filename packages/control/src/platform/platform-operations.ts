/** The platform about itself. */
import { PLATFORM_VERSION } from '@slipway/spec';
import type { OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';

export function platformOperations(context: ControlContext): Pick<OperationHandlers, 'getPlatform'> {
  const { engine, facts } = context;
  return {
    getPlatform: async () => ({
      name: facts.platformName,
      version: PLATFORM_VERSION,
      engine: engine.kind,
      ...context.life(),
      domain: facts.domain,
      registry: facts.registry,
    }),
  };
}
