/** `slipway project create`: the new project is selected unless asked not to. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@slipway/client';
import type { Project } from '@slipway/spec';
import type { CommandContext } from '../command-context.ts';
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { NAME, QUIET, shouldWait, WAIT_SECONDS_DEFAULT, waitOptions } from '../shared-options.ts';
import { CommandFault } from '../usage-fault.ts';
import { rememberProject } from './select-project.ts';

const POLL_MS = 200;

export const command = defineCommand({
  options: {
    name: NAME,
    endpoint: {
      names: ['--endpoint', '-e'],
      kind: 'value',
      summary: 'kind of endpoint; both are this machine',
      values: ['public', 'private'],
    },
    noSelect: { names: ['--no-select', '--ns'], kind: 'flag', summary: 'do not select it', default: 'false' },
    tag: { names: ['--tag', '-t'], kind: 'list', summary: 'tag' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
    ...waitOptions(true),
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const client = await context.client();
    const { name = '' } = options;
    const body = { name, ...(options.tag === undefined ? {} : { tags: [...options.tag] }) };
    const created = await client.createProject({ body, signal: context.signal });
    const project = shouldWait(options, true)
      ? await waitActive(context, client, { created, seconds: options.waitTimeout })
      : created;
    if (options.noSelect !== true && project.id !== undefined) await rememberProject(context, project.id);
    context.terminal.write((await renderOutput(options.output, project)) ?? '');
    context.say(`Created project "${name}"${options.noSelect === true ? '' : '; it is selected now'}`);
  },
});

async function waitActive(
  context: CommandContext,
  client: Client,
  { created, seconds = WAIT_SECONDS_DEFAULT }: { readonly created: Project; readonly seconds: number | undefined },
): Promise<Project> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const project = await client.getProject({ params: { id: created.id ?? '' }, signal: context.signal });
    if (project.status === 'active') return project;
    if (project.status === 'creation_failed')
      throw new CommandFault('failure', `Cannot create project "${created.name}": the platform failed`);
    if (Date.now() > deadline)
      throw new CommandFault(
        'timeout',
        `Cannot wait longer: project "${created.name}" was not active within ${seconds} s`,
      );
    await delay(POLL_MS, undefined, { signal: context.signal });
  }
}
