/** Creates a job run and, when asked, waits for its end; what the platform says of the run is told as it is. */
import { setTimeout as delay } from 'node:timers/promises';
import type { JobRun, JobRunPrototype } from '@slipway/spec';
import type { ParsedOptions } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import type { ProjectScope } from '../project-scope.ts';
import { shouldWait, WAIT_SECONDS_DEFAULT } from '../shared-options.ts';
import { CommandFault } from '../usage-fault.ts';
import type { RUN_OPTIONS } from './job-run-options.ts';

const POLL_MS = 300;

type SubmitOptions = Partial<ParsedOptions<typeof RUN_OPTIONS>> & {
  readonly force?: boolean | undefined;
  readonly output?: string | undefined;
};

export async function submitRun(scope: ProjectScope, options: SubmitOptions, body: JobRunPrototype): Promise<void> {
  const { client, context, project, signal } = scope;
  const query = { force: options.force === true };
  const submitted = await client.createJobRun({ params: { project_id: project.id }, query, body, signal });
  const { name = '' } = submitted;
  const run = shouldWait(options, false) ? await waitForRun(scope, name, options.waitTimeout) : submitted;
  context.terminal.write((await renderOutput(options.output, run)) ?? `${name}\n`);
  context.say(`Job run "${name}" is ${run.status}. Look at it: slipway jobrun get --name ${name}`);
  if (run.status === 'failed') throw failure(run);
}

async function waitForRun(scope: ProjectScope, name: string, seconds = WAIT_SECONDS_DEFAULT): Promise<JobRun> {
  const step = scope.steps.begin('Run the job');
  try {
    const run = await pollRun(scope, { name, seconds, onStatus: (text) => step.progress(text) });
    if (run.status === 'completed') step.done();
    else step.failed();
    return run;
  } catch (error) {
    step.failed();
    throw error;
  }
}

interface RunWait {
  readonly name: string;
  readonly seconds: number;
  readonly onStatus: (text: string) => void;
}

async function pollRun(scope: ProjectScope, { name, seconds, onStatus }: RunWait): Promise<JobRun> {
  const deadline = Date.now() + seconds * 1000;
  const params = { project_id: scope.project.id, name };
  for (;;) {
    const run = await scope.client.getJobRun({ params, signal: scope.signal });
    const { status, status_details: details } = run;
    if (status === 'completed' || status === 'failed') return run;
    onStatus(`${status}, ${details?.succeeded ?? 0} of ${details?.requested ?? 0} done`);
    if (Date.now() >= deadline) {
      throw new CommandFault(
        'timeout',
        `Cannot wait longer for job run "${name}": it is ${status} after ${seconds} s`,
        [`It stays: slipway jobrun get --name ${name}`],
      );
    }
    await delay(POLL_MS, undefined, { signal: scope.signal });
  }
}

function failure({ name = '', status_details: details }: JobRun): CommandFault {
  const indices = details?.failed_indices;
  const which = indices === undefined || indices === '' ? 'it failed' : `index ${indices} failed`;
  return new CommandFault('failure', `Job run "${name}" did not succeed: ${which}`, [
    `Look at it: slipway jobrun get --name ${name}`,
  ]);
}
