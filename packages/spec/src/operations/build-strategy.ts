/** Operations on build strategies: ours, in the style of v2. */
import type { Operation } from '../operation.ts';
import { BuildStrategyList } from '../resources/build-strategy.ts';

export const BUILD_STRATEGY_OPERATIONS = {
  listBuildStrategies: {
    method: 'GET',
    path: '/build_strategies',
    access: 'signed_in',
    summary: 'List the ways to build, and which of them this platform has',
    returns: BuildStrategyList,
    status: 200,
  },
} as const satisfies Record<string, Operation>;
