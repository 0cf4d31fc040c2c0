/** `slipway secret get`: values as base64, in clear with `--decode`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { encodeData, renderSecret } from './render-secret.ts';

export const command = defineCommand({
  options: {
    name: NAME,
    decode: { names: ['--decode', '-d'], kind: 'flag', summary: 'show values in clear', default: 'false' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const stored = await client.getSecret({ params: { project_id: project.id, name: options.name ?? '' }, signal });
    const secret = options.decode === true ? stored : encodeData(stored);
    context.terminal.write((await renderOutput(options.output, secret)) ?? renderSecret(secret, Date.now()));
  },
});
