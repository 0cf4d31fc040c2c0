/** The ways to build that the public API knows, and what of them the builder of this platform has. */
import type { BuilderStrategy } from '@slipway/engine';
import { BUILD_DEFAULTS, BUILD_SIZES, STRATEGY_SIZES, STRATEGY_TYPES, type BuildStrategy } from '@slipway/spec';
import type { OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { FUNCTION_RUNTIMES } from '../functions/function-runtimes.ts';

export function buildStrategyOperations({ builder }: ControlContext): Pick<OperationHandlers, 'listBuildStrategies'> {
  return { listBuildStrategies: async () => ({ build_strategies: describeStrategies(builder.strategies) }) };
}

const DESCRIPTIONS = {
  dockerfile: 'Does what a Dockerfile in the source says',
  buildpacks: 'Recognises what the source is, and builds it without a Dockerfile',
} as const;

/** Pure. */
export function describeStrategies(offered: readonly BuilderStrategy[]): BuildStrategy[] {
  const built = STRATEGY_TYPES.map((name): BuildStrategy => {
    const strategy = offered.find((one) => one.name === name);
    const languages = [...(strategy?.languages ?? [])];
    const status = strategy ? 'available' : 'unavailable';
    return { name, description: DESCRIPTIONS[name], status, languages, sizes: strategy ? SIZES : [] };
  });
  const bundled = FUNCTION_RUNTIMES.map(({ id, name, family }): BuildStrategy => {
    const description = `Makes a function for ${name}; functions are not built yet`;
    return { name: `codebundle-${id}`, description, status: 'unavailable', languages: [family], sizes: [] };
  });
  return [...built, ...bundled];
}

const SIZES = STRATEGY_SIZES.map((name) => {
  const { cpuMillis, memoryBytes, diskBytes } = BUILD_SIZES[name];
  return {
    name,
    cpu: String(cpuMillis / 1000),
    memory: `${memoryBytes / 1e9}G`,
    disk: `${diskBytes / 1e9}G`,
    default: name === BUILD_DEFAULTS.strategySize,
  };
});
