/** `slipway secret list`. The platform makes no secrets of its own, so `--all` shows no more. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { listSecrets } from './keep-secret.ts';
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
    const scope = await openProject(context);
    const format = options.format === undefined ? undefined : secretFormat(options.format);
    const secrets = await listSecrets(scope, format);
    const items = sortItems(secrets, options.sortBy);
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0) context.say(`No secrets in project "${scope.project.name}"`);
    else context.terminal.write(text ?? renderSecretList(items, Date.now()));
  },
});
