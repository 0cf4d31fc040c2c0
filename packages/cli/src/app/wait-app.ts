/** Waits until the newest revision of an app serves or has failed, and says why when it failed. */
import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '@slipway/spec';
import { listAll } from '../list-all.ts';
import type { ProjectScope } from '../project-scope.ts';
import { CommandFault } from '../usage-fault.ts';
import { revisionReasonText } from './reason-text.ts';

const POLL_MS = 200;
/** Most starts take tens of milliseconds; who looks often at first does not look often for long. */
const POLL_MS_MIN = 20;
const POLL_GROWTH = 1.5;
const LOG_LINES_SHOWN = 30;
/** Events that tell why a revision does not run. */
const FAILURE_EVENTS: ReadonlySet<string> = new Set(['RevisionFailed', 'FetchImageFailed', 'TrafficMovedBack']);
/** The event is written down a moment after the status shows the failure. */
const EVENT_LOOKS_MAX = 10;

export interface WaitApp {
  readonly name: string;
  readonly timeoutSeconds: number;
  /** As the change that is waited for answered: what serves already is not asked for again. */
  readonly changed?: App;
}

export async function waitApp(scope: ProjectScope, wait: WaitApp): Promise<App> {
  const step = scope.steps.begin('Start the app');
  try {
    const app = await pollApp(scope, wait, (text) => step.progress(text));
    step.done(app.status_details?.latest_ready_revision);
    return app;
  } catch (error) {
    step.failed();
    throw error;
  }
}

async function pollApp(scope: ProjectScope, wait: WaitApp, onReason: (text: string) => void): Promise<App> {
  const deadline = Date.now() + wait.timeoutSeconds * 1000;
  const params = { project_id: scope.project.id, name: wait.name };
  let shown = '';
  let known = wait.changed;
  for (let pauseMs = POLL_MS_MIN; ; pauseMs = Math.min(pauseMs * POLL_GROWTH, POLL_MS)) {
    const app = known ?? (await scope.client.getApp({ params, signal: scope.signal }));
    known = undefined;
    const details = app.status_details;
    const isNewest = details?.latest_created_revision === details?.latest_ready_revision;
    // Short of room for its minimum, it takes requests all the same.
    const isShort = app.status === 'warning' && details?.reason === 'waiting_for_resources';
    if (isNewest && (app.status === 'ready' || isShort)) return app;
    if (app.status === 'failed' || app.status === 'warning') throw await appFault(scope, app);
    if (Date.now() > deadline) throw timeoutFault(app, wait.timeoutSeconds);
    const reason = (details?.reason ?? 'deploying').replaceAll('_', ' ');
    if (reason !== shown) onReason(reason);
    shown = reason;
    await delay(pauseMs, undefined, { signal: scope.signal });
  }
}

function timeoutFault(app: App, seconds: number): CommandFault {
  return new CommandFault('timeout', `Cannot wait longer for app "${app.name}": it was not ready within ${seconds} s`, [
    'It goes on without this command. Look at it:',
    `slipway app get --name ${app.name}`,
    `slipway app events --name ${app.name}`,
  ]);
}

async function appFault(scope: ProjectScope, app: App): Promise<CommandFault> {
  const revision = app.status_details?.latest_created_revision;
  const cause = revision === undefined ? 'no revision became ready' : await failureText(scope, app, revision);
  const said = await lastLines(scope, app.name, revision);
  const old = app.status === 'warning' ? ['The revision before it goes on serving'] : [];
  return new CommandFault('unhealthy', `Cannot run app "${app.name}": ${cause}`, [
    ...said.map((line) => `| ${line}`),
    ...old,
    `Its log: slipway app logs --name ${app.name}`,
    `What happened: slipway app events --name ${app.name}`,
  ]);
}

/** The event says what happened in full; the API's reason is one of a few words, and is all there is without it. */
async function failureText(scope: ProjectScope, app: App, name: string): Promise<string> {
  const { client, project, signal } = scope;
  const params = { project_id: project.id, app_name: app.name };
  for (let look = 1; look <= EVENT_LOOKS_MAX; look += 1) {
    const events = await listAll(
      (query) => client.listAppEvents({ params, query, signal }),
      (page) => page.events,
    );
    const event = events.findLast((one) => one.revision_name === name && FAILURE_EVENTS.has(one.reason));
    if (event) return event.message;
    if (look < EVENT_LOOKS_MAX) await delay(POLL_MS, undefined, { signal });
  }
  const revision = await client.getAppRevision({ params: { ...params, name }, signal });
  return revisionReasonText(revision.status_details?.reason);
}

async function lastLines(scope: ProjectScope, app: string, revision: string | undefined): Promise<readonly string[]> {
  try {
    const lines: string[] = [];
    const query = { tail: LOG_LINES_SHOWN, ...(revision === undefined ? {} : { revision }) };
    const params = { project_id: scope.project.id, app_name: app };
    for await (const line of await scope.client.listAppLogs({ params, query, signal: scope.signal }))
      lines.push(line.text);
    return lines;
  } catch {
    // The log is a help for reading the failure; the failure itself is what must be told.
    return [];
  }
}
