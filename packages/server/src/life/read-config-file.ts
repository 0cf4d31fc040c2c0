/** Reads `platform.json`. The set-up wrote it and knows its rules; here only a file of something else is refused. */
import { readFile } from 'node:fs/promises';
import { SETTING_DEFAULTS, type PlatformConfig } from '@slipway/setup';
import { oidcConfigProblem } from '../access/oidc-config.ts';
import { openRangesProblem } from './open-ranges-problem.ts';
import { StartupFailure } from './startup-failure.ts';

const NEEDED = ['name', 'platformId', 'stateDir', 'runDir', 'api', 'http', 'registry', 'domain', 'network'] as const;

export async function readConfigFile(path: string): Promise<PlatformConfig> {
  const fix = 'Start the platform with: slipway up';
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const what = error instanceof SyntaxError ? 'it is not valid JSON' : String((error as Error).message);
    throw new StartupFailure('usage', `Cannot read the configuration ${path}: ${what}. ${fix}`, { cause: error });
  }
  const missing = NEEDED.find((name) => !Object.hasOwn(Object(parsed), name));
  // Files of before a setting lack it.
  const complete = { ...SETTING_DEFAULTS, ...Object(parsed) } as PlatformConfig;
  if (missing !== undefined) {
    throw new StartupFailure('usage', `Cannot read the configuration ${path}: "${missing}" is missing. ${fix}`);
  }
  const rangeProblem = openRangesProblem(complete.network);
  if (rangeProblem !== undefined) {
    throw new StartupFailure('usage', `Cannot use the configuration ${path}: ${rangeProblem}`);
  }
  const problem = complete.oidc === undefined ? undefined : oidcConfigProblem(complete.oidc);
  if (problem === undefined) return complete;
  throw new StartupFailure('usage', `Cannot use the configuration ${path}: ${problem}. Mend it, or leave "oidc" out`);
}
