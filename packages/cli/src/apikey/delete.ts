/** `slipway apikey delete`: by id, or by a name that only one key has. */
import { defineCommand } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { FORCE_DELETE, IGNORE_NOT_FOUND, NAME, QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { readApiKeys } from './read-apikeys.ts';

export const command = defineCommand({
  options: {
    name: { ...NAME, summary: 'name or id' },
    owner: { names: ['--owner'], kind: 'value', summary: 'another user, for Administrators of the platform' },
    force: FORCE_DELETE,
    ignoreNotFound: IGNORE_NOT_FOUND,
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { name = '' } = options;
    // It would stand in the platform's log otherwise.
    if (name.startsWith('slk_')) {
      throw new UsageFault('Cannot delete an API key by the key itself', [
        'Take its name or its id: slipway apikey list',
      ]);
    }
    const keys = await readApiKeys(context, options.owner);
    const found = keys.filter((key) => key.name === name);
    if (found.length > 1) {
      throw new UsageFault(`Cannot tell which API key "${name}" is meant: ${found.length} have this name`, [
        `Name it by its id: ${found.map(({ id }) => id).join(', ')}`,
      ]);
    }
    const client = await context.client();
    await deleteResource(context, {
      what: `API key "${name}"`,
      force: options.force === true,
      ignoreNotFound: options.ignoreNotFound === true,
      remove: () => client.deleteApiKey({ params: { id: found[0]?.id ?? name }, signal: context.signal }),
    });
  },
});
