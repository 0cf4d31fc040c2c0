/** What of a project runs: has it looked at anew after the project was deleted or restored. */
import { buildRunFrom, buildRunId, isEnded } from '../build-runs/build-run-record.ts';
import type { ControlContext } from '../control-context.ts';
import { walkStore } from '../walk-store.ts';

/** True when nothing of it runs at this moment. */
export async function activateContent(context: ControlContext, projectId: string): Promise<boolean> {
  const { buildRunner, engine, store } = context;
  let isQuiet = true;
  for await (const app of walkStore(store, { kind: 'app', projectId })) {
    context.activate({ kind: 'app', projectId, name: app.name });
    if (await engine.observeApp({ projectId, appName: app.name })) isQuiet = false;
  }
  for await (const run of walkStore(store, { kind: 'build_run', projectId })) {
    if (isEnded(buildRunFrom(run))) continue;
    context.activate({ kind: 'build_run', projectId, name: run.name });
    if (buildRunner.has(buildRunId(run))) isQuiet = false;
  }
  return isQuiet;
}
