/** Build strategy: a way from source to image, in the sizes a build may have. */
import { Type, type Static } from '../json-schema.ts';
import { STRATEGY_SIZES } from './build.ts';
import { words } from './schema.ts';

export const BUILD_STRATEGY_STATUSES = ['available', 'unavailable'] as const;

const BuildStrategySize = Type.Object({
  name: words(STRATEGY_SIZES),
  cpu: Type.String({ examples: ['0.5'] }),
  memory: Type.String({ examples: ['2G'] }),
  disk: Type.String({ examples: ['2G'] }),
  default: Type.Boolean(),
});

export const BuildStrategy = Type.Object({
  name: Type.String({ examples: ['dockerfile', 'codebundle-nodejs-22'] }),
  description: Type.String(),
  status: words(BUILD_STRATEGY_STATUSES),
  languages: Type.Array(Type.String(), { description: 'What is recognised; empty: whatever the Dockerfile does' }),
  sizes: Type.Array(BuildStrategySize),
});
export type BuildStrategy = Static<typeof BuildStrategy>;
export const BuildStrategyList = Type.Object({ build_strategies: Type.Array(BuildStrategy) });
export type BuildStrategyList = Static<typeof BuildStrategyList>;
