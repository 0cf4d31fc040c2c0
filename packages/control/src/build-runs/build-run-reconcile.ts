/**
 * One build run, from stored to built. A run that is not ended is handed to the runner, also after a restart: builds
 * start anew, and the same source gives the same image. One that is to go is cancelled first.
 */
import { EngineFault, type BuildOutcome, type BuildStep } from '@slipway/engine';
import type { ControlContext } from '../control-context.ts';
import { findProject, isServing } from '../projects/project-record.ts';
import { sourceIdFrom } from '../sources/source-operations.ts';
import { walkStore } from '../walk-store.ts';
import { backoffMs, type WorkOutcome } from '../work-queue.ts';
import {
  buildRunFrom,
  buildRunId,
  buildRunKey,
  findBuildRun,
  isEnded,
  type BuildRunRecord,
  type BuildRunStatus,
} from './build-run-record.ts';
import { BuildRunEvents } from './build-run-events.ts';
import { buildRunTimeFor } from './build-run-time.ts';
import { buildWorkloadFor, endedStatus, failedStatus } from './build-run-workload.ts';

/** Ended build runs kept in a project, the latest ones. */
export const ENDED_RUNS_MAX = 50;
/** Tries of a build that the platform, not the source, made fail. */
const TRIES_MAX = 3;
const RETRY_BACKOFF = { firstMs: 1000, maxMs: 10_000 };

export async function reconcileBuildRun(
  context: ControlContext,
  projectId: string,
  name: string,
): Promise<WorkOutcome> {
  const { builder, buildProgress, buildRunner, store } = context;
  const run = await findBuildRun(store, projectId, name);
  const id = buildRunId({ projectId, name });
  if (!run || run.spec.deletedAt !== undefined) {
    await buildRunner.cancel(id);
    await builder.remove(projectId, name);
    await store.deleteEvents(projectId, { kind: 'build_run', name });
    await store.delete(buildRunKey(projectId, name));
    buildProgress.end(id);
  } else if (isEnded(run)) {
    await deleteOldRuns(context, projectId);
  } else if (!(await isInServingProject(context, projectId))) {
    // It runs anew if the project is restored.
    await buildRunner.cancel(id);
  } else {
    buildRunner.start(id, (signal) => executeBuildRun(context, run, signal));
  }
  return 'done';
}

async function isInServingProject({ store }: ControlContext, projectId: string): Promise<boolean> {
  const project = await findProject(store, projectId);
  return project !== undefined && isServing(project);
}

/** Never rejects: what cannot be finished stays as it is, and is tried again at the next full pass. */
async function executeBuildRun(context: ControlContext, run: BuildRunRecord, signal: AbortSignal): Promise<void> {
  const { buildProgress, clock, log, store } = context;
  const feed = buildProgress.feed(buildRunId(run));
  const events = new BuildRunEvents(context, run);
  try {
    const startedAt = clock.now().toISOString();
    const running: BuildRunStatus = { state: 'running', reason: 'running', startedAt };
    if (!(await store.updateStatus(run, run.id, running))) return;
    const ended = await buildOnce(context, run, { running, signal, events });
    if (!ended) return;
    events.noteEnd(ended);
    await events.settled();
    await store.updateStatus(run, run.id, { ...ended, steps: feed.steps });
    buildProgress.end(buildRunId(run));
    context.activate({ kind: 'build_run', projectId: run.projectId, name: run.name });
  } catch (error) {
    log.error('Cannot finish a build run', { projectId: run.projectId, buildRun: run.name, error });
  } finally {
    // Whoever cancels a run removes its events after this.
    await events.settled();
  }
}

/** Undefined when it was cancelled. */
async function buildOnce(
  context: ControlContext,
  run: BuildRunRecord,
  {
    running,
    signal,
    events,
  }: { readonly running: BuildRunStatus; readonly signal: AbortSignal; readonly events: BuildRunEvents },
): Promise<BuildRunStatus | undefined> {
  const { builder, buildProgress, buildTimes, clock, sources } = context;
  const feed = buildProgress.feed(buildRunId(run));
  const now = () => clock.now().toISOString();
  const source = await sources.get(run.projectId, sourceIdFrom(run.spec.recipe.source_url ?? '') ?? '');
  if (!source) {
    const message = 'The uploaded source is gone. Upload the folder again';
    return failedStatus(running, { reason: 'failed_to_execute_build_run', message, completedAt: now() });
  }
  const workload = buildWorkloadFor(run, source);
  for (let tries = 1; ; tries += 1) {
    // Its first step is the end of its waiting.
    const time = buildRunTimeFor(buildRunId(run), workload, now());
    const onStep = (step: BuildStep) => {
      const at = now();
      buildTimes.begin({ ...time, startedAt: at });
      feed.push({ ...step, at });
      events.noteStep(step);
    };
    try {
      const building: Promise<BuildOutcome> = builder.run(workload, onStep, signal);
      const outcome = await building.finally(() => buildTimes.end(time.runId, now()));
      return signal.aborted ? undefined : endedStatus(running, outcome, now());
    } catch (error) {
      if (signal.aborted) return undefined;
      context.log.warn('A build failed for a reason of the platform', { buildRun: run.name, tries, error });
      if (tries >= TRIES_MAX) {
        const message = error instanceof EngineFault ? error.message : 'The platform could not run the build';
        return failedStatus(running, { reason: 'failed_to_execute_build_run', message, completedAt: now() });
      }
      await wait(context, backoffMs(tries - 1, RETRY_BACKOFF), signal);
    }
  }
}

/** Resolves after the delay, or at once when aborted. */
function wait({ clock }: ControlContext, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(delayMs, resolve);
    signal.addEventListener(
      'abort',
      () => {
        cancel();
        resolve();
      },
      { once: true },
    );
  });
}

async function deleteOldRuns(context: ControlContext, projectId: string): Promise<void> {
  const { builder, store } = context;
  const ended: BuildRunRecord[] = [];
  for await (const stored of walkStore(store, { kind: 'build_run', projectId })) {
    const run = buildRunFrom(stored);
    if (isEnded(run)) ended.push(run);
  }
  const completedAt = (run: BuildRunRecord) => run.status.completedAt ?? '';
  const oldestFirst = ended.toSorted((a, b) => (completedAt(a) < completedAt(b) ? -1 : 1));
  for (const run of oldestFirst.slice(0, Math.max(0, oldestFirst.length - ENDED_RUNS_MAX))) {
    await builder.remove(projectId, run.name);
    await store.deleteEvents(projectId, { kind: 'build_run', name: run.name });
    await store.delete(run);
  }
}
