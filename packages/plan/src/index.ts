/** What a folder is and how it becomes an image: decided from names and a few small files. Pure, shared by builder and command line. */
export {
  PLAN_LANGUAGES,
  SCRATCH_DIR,
  type BuildPlan,
  type Detection,
  type PlanLanguage,
  type PlanStep,
  type SourceFacts,
} from './build-plan.ts';
export { describeFiles, detectPlan } from './detect-plan.ts';
export { renderDockerfile, renderIgnoreFile } from './render-dockerfile.ts';
