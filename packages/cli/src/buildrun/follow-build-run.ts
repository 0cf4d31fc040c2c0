/**
 * Watches a build run to its end: its steps become our step's detail, its lines our step's output. The stream may break
 * (the daemon restarts); then it is asked for again, and lines already shown are left out.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { BuildLogLine, BuildRun } from '@slipway/spec';
import type { ProjectScope } from '../project-scope.ts';
import { formatSpan, type LoggedStep } from '../terminal/steps.ts';
import { CommandFault } from '../usage-fault.ts';

const POLL_MS = 300;
/** A run whose log has ended has ended, or is about to be written down as ended. */
const POLL_MS_MIN = 10;
/** Times the log stream may break. */
const STREAM_BREAKS_MAX = 20;

export interface BuiltImage {
  /** `registry/name@sha256:…`. */
  readonly reference: string;
  readonly buildRun: string;
}

export async function followBuildRun(scope: ProjectScope, name: string): Promise<BuiltImage> {
  const step = scope.steps.begin('Build the image');
  try {
    const verdict = await showLog(scope, name, step);
    const run = await waitBuildRun(scope, name);
    const digest = run.status_details?.output_digest;
    if (run.status !== 'succeeded' || digest === undefined) throw buildFault(run, verdict);
    step.done(digest.slice(0, 19));
    return { reference: pinnedImage(run.output_image ?? '', digest), buildRun: name };
  } catch (error) {
    step.failed();
    throw error;
  }
}

/** No longer than so many seconds; then the run goes on without us. */
export async function followBuildRunWithin(scope: ProjectScope, name: string, seconds: number): Promise<BuiltImage> {
  const bound = AbortSignal.timeout(seconds * 1000);
  try {
    return await followBuildRun({ ...scope, signal: AbortSignal.any([scope.signal, bound]) }, name);
  } catch (error) {
    if (!bound.aborted || scope.signal.aborted) throw error;
    throw new CommandFault(
      'timeout',
      `Cannot wait longer for build run "${name}": it was not done within ${seconds} s`,
      [`It goes on: slipway buildrun logs --follow --name ${name}`],
    );
  }
}

/** Returns the sentence in which the builder says why it cannot go on, when it said one. */
async function showLog(scope: ProjectScope, name: string, step: LoggedStep): Promise<string | undefined> {
  const params = { project_id: scope.project.id, name };
  const { signal } = scope;
  let shown = 0;
  let verdict: string | undefined;
  for (let breaks = 0; breaks < STREAM_BREAKS_MAX; breaks++) {
    let line = 0;
    try {
      for await (const entry of await scope.client.listBuildRunLogs({ params, query: { follow: true }, signal })) {
        line += 1;
        if (line <= shown) continue;
        shown = line;
        showLine(entry, step);
        if (!entry.step && entry.text.startsWith('Cannot ')) verdict = entry.text;
      }
      return verdict;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Error) || error.name !== 'ApiUnreachable') throw error;
      await delay(POLL_MS, undefined, { signal });
    }
  }
  return verdict;
}

function showLine(entry: BuildLogLine, step: LoggedStep): void {
  if (entry.step?.state === 'succeeded') step.part(stepText(entry.step));
  else if (entry.step) step.progress(stepText(entry.step));
  else step.log(entry.text);
}

/** `push`, then `push: sha256:… (1.5 s)`. */
export function stepText(step: NonNullable<BuildLogLine['step']>): string {
  if (step.state === 'running') return step.detail ?? step.name;
  const span = step.duration_ms === undefined ? '' : ` (${formatSpan(step.duration_ms)})`;
  return `${step.name}: ${step.detail ?? step.state}${span}`;
}

/** Returns the run once it has ended, whichever way. */
export async function waitBuildRun(
  scope: Pick<ProjectScope, 'client' | 'project' | 'signal'>,
  name: string,
): Promise<BuildRun> {
  const params = { project_id: scope.project.id, name };
  for (let pauseMs = POLL_MS_MIN; ; pauseMs = Math.min(2 * pauseMs, POLL_MS)) {
    const run = await scope.client.getBuildRun({ params, signal: scope.signal });
    if (run.status === 'succeeded' || run.status === 'failed') return run;
    await delay(pauseMs, undefined, { signal: scope.signal });
  }
}

/** `registry/name:tag` and its digest → `registry/name@sha256:…`. */
export function pinnedImage(image: string, digest: string): string {
  const untagged = image.replace(/@.*$/, '').replace(/:[^:/]+$/, '');
  return `${untagged}@${digest}`;
}

export function buildFault(run: BuildRun, verdict: string | undefined): CommandFault {
  const reason = run.status_details?.reason ?? 'failed';
  const log = `The whole log: slipway buildrun logs --name ${run.name}`;
  if (reason !== 'timeout') {
    const text = reason === 'failed' ? 'a step of the build failed' : reason.replaceAll('_', ' ');
    return new CommandFault('build', verdict ?? `Cannot build the image: ${text}`, [log]);
  }
  return new CommandFault('build', `Cannot build the image: it took longer than ${run.timeout ?? 600} s`, [
    log,
    'Allow more time with --build-timeout SECONDS, or a larger --build-size',
  ]);
}
