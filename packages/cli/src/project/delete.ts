/** `slipway project delete`: the project with everything in it, for good with --hard, else so that it can be restored. */
import { defineCommand } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { FORCE_DELETE, QUIET, shouldWait, waitOptions } from '../shared-options.ts';
import { chosenProject, PROJECT_OPTIONS } from './project-options.ts';
import { readUntilDeleted } from './project-waits.ts';
import { forgetProject } from './select-project.ts';

export const command = defineCommand({
  options: {
    ...PROJECT_OPTIONS,
    force: FORCE_DELETE,
    hard: { names: ['--hard'], kind: 'flag', summary: 'for good; it cannot be restored', default: 'false' },
    quiet: QUIET,
    ...waitOptions(true),
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const client = await context.client();
    const { id, name } = await chosenProject(context, client, options);
    const hard = options.hard === true;
    await deleteResource(context, {
      what: `project "${name}" with all it holds${hard ? ', for good' : ''}`,
      force: options.force === true,
      ignoreNotFound: false,
      remove: () => client.deleteProject({ params: { id }, query: { hard }, signal: context.signal }),
      read: shouldWait(options, true)
        ? () => readUntilDeleted(client, id, { hard, signal: context.signal })
        : undefined,
      waitSeconds: options.waitTimeout,
    });
    await forgetProject(context, id);
    if (hard) return;
    const { reclamations } = await client.listReclamations({ signal: context.signal });
    const kept = reclamations.find((reclamation) => reclamation.id === id);
    if (kept) context.say(`Until ${kept.target_time} it can be restored: slipway project restore --id ${id}`);
  },
});
