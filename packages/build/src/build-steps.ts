/** Tells a build's progress: every step is announced and timed. Its own lines go to the build's log, it itself does not. */
import type { BuildStep } from '@slipway/engine';

export const STEP_NAMES = ['unpack', 'detect', 'base', 'build', 'push'] as const;
export type StepName = (typeof STEP_NAMES)[number];

export interface BuildSteps {
  /** Runs the work as a step. `detail` is asked when it succeeded. */
  run<Result>(name: StepName, work: () => Promise<Result>, detail?: (result: Result) => string): Promise<Result>;
}

export function createBuildSteps(onStep: (step: BuildStep) => void): BuildSteps {
  return {
    async run(name, work, detail) {
      onStep({ name, state: 'running' });
      const startedAt = performance.now();
      const elapsedMs = (): number => Math.round(performance.now() - startedAt);
      try {
        const result = await work();
        const durationMs = elapsedMs();
        const said = detail?.(result);
        onStep({ name, state: 'succeeded', durationMs, ...(said === undefined ? {} : { detail: said }) });
        return result;
      } catch (error) {
        onStep({ name, state: 'failed', durationMs: elapsedMs() });
        throw error;
      }
    },
  };
}
