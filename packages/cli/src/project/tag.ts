/** `slipway project tag`: adds and removes tags; without options it shows them. */
import { defineCommand } from '../command.ts';
import { QUIET } from '../shared-options.ts';
import { chosenProject, PROJECT_OPTIONS } from './project-options.ts';

export const command = defineCommand({
  options: {
    ...PROJECT_OPTIONS,
    quiet: QUIET,
    tag: { names: ['--tag', '-t'], kind: 'list', summary: 'add a tag' },
    tagRemove: { names: ['--tag-rm', '--trm'], kind: 'list', summary: 'remove a tag' },
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const client = await context.client();
    const { id, name } = await chosenProject(context, client, options);
    const params = { project_id: id };
    const before = await client.getProjectTags({ params, signal: context.signal });
    const { tag: added = [], tagRemove: removed = [] } = options;
    if (added.length + removed.length === 0) {
      context.terminal.write(before.tags.map((tag) => `${tag}\n`).join(''));
      return;
    }
    const tags = [...before.tags.filter((tag) => !removed.includes(tag)), ...added];
    const after = await client.replaceProjectTags({ params, body: { tags }, signal: context.signal });
    context.say(`Project "${name}" has ${after.tags.length === 0 ? 'no tags' : `the tags ${after.tags.join(', ')}`}`);
  },
});
