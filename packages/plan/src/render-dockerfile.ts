/**
 * A build plan as a Dockerfile, so that both strategies run through one path: same sandbox, same layer cache. Settings
 * come before the files: each instruction after a changed COPY would be a step to repeat.
 */
import { APP_USER, type BuildPlan, type PlanStep } from './build-plan.ts';

export function renderDockerfile(plan: BuildPlan): string {
  const lines = [`FROM ${plan.base}`];
  const environment = Object.entries(plan.environment).map(([name, value]) => `${name}="${value}"`);
  if (environment.length > 0) lines.push(`ENV ${environment.join(' ')}`);
  // The folder is made by WORKDIR for the user in force, so that the app may write beside its own files.
  lines.push(`USER ${APP_USER}`, `WORKDIR ${plan.workingDir}`);
  if (plan.command.length > 0) lines.push('ENTRYPOINT []', `CMD ${JSON.stringify(plan.command)}`);
  return `${[...lines, ...plan.steps.map(renderStep)].join('\n')}\n`;
}

export function renderIgnoreFile(plan: BuildPlan): string {
  return plan.ignored.map((path) => `${path}\n`).join('');
}

function renderStep(step: PlanStep): string {
  if (step.kind === 'copy') return `COPY --chown=${APP_USER} ${JSON.stringify([...step.from, step.to])}`;
  const environment = Object.entries(step.environment ?? {}).map(([name, value]) => `${name}=${value}`);
  return `RUN ${JSON.stringify(environment.length > 0 ? ['env', ...environment, ...step.argv] : step.argv)}`;
}
