/** `slipway secret list`. The platform makes no secrets of its own, so `--all` shows no more. */
import type { Query } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { renderSecretList } from './render-secret.ts';
import { secretFormat } from './secret-options.ts';

export const command = defineCommand({
  options: {
    all: { names: ['--all', '-a'], kind: 'flag', summary: "the platform's own, too", default: 'false' },
    format: {
      names: ['--format', '--fo'],
      kind: 'value',
      summary: 'only those of one format',
      values: ['basic_auth', 'generic', 'hmac', 'registry', 'ssh', 'tls'],
    },
    output: OUTPUT_OPTION,
    quiet: QUIET,
    sortBy: SORT_BY,
  },
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const filter = options.format === undefined ? {} : { format: secretFormat(options.format) };
    const secrets = await listAll(
      (page) => client.listSecrets({ params, query: { ...filter, ...page } as Query<'listSecrets'>, signal }),
      (page) => page.secrets,
    );
    const items = sortItems(secrets, options.sortBy);
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0) context.say(`No secrets in project "${project.name}"`);
    else context.terminal.write(text ?? renderSecretList(items, Date.now()));
  },
});
