/** `slipway export`: a project as a declaration. Applied to another project it makes the same there. */
import { DECLARED_KINDS } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { CommandFault } from '../usage-fault.ts';
import { areValuesHidden, sayHidden } from './hidden-values.ts';
import { labelOf } from './declared-resource.ts';
import { exportKind } from './export-resources.ts';
import { LIVE_KINDS, type LiveResource } from './live-resources.ts';

export const command = defineCommand({
  options: {
    output: { names: ['--output', '-o'], kind: 'value', summary: 'form', values: ['yaml', 'json'], default: 'yaml' },
    secretValues: {
      names: ['--secret-values'],
      kind: 'flag',
      summary: 'write the values of secrets in clear; without it each is named by a variable',
      default: 'false',
    },
    quiet: QUIET,
  },
  examples: [
    'slipway export > slipway.yaml',
    'slipway export --project a --secret-values | slipway apply -f - --project b',
  ],
  async run({ options, context }) {
    const scope = await openProject(context);
    const isHidden = await areValuesHidden(scope);
    if (isHidden && options.secretValues === true) {
      throw new CommandFault('auth', 'Cannot export the values of secrets: they are hidden from the role Reader', [
        'Leave out --secret-values, or ask a Manager of the project for the role Writer',
      ]);
    }
    const exportOptions = { hasSecretValues: options.secretValues === true, areValuesHidden: isHidden };
    const { registry } = await scope.client.getPlatform({ signal: scope.signal });
    let document = {};
    const bound: string[] = [];
    for (const kind of DECLARED_KINDS) {
      const { complete, list } = LIVE_KINDS[kind];
      const live: LiveResource[] = [];
      for (const found of await list(scope)) live.push(complete ? await complete(scope, found) : found);
      document = { ...document, ...exportKind(kind, live, exportOptions) };
      bound.push(
        ...live.filter(({ fields }) => isOwnImage(fields, registry)).map(({ name }) => labelOf({ kind, name })),
      );
    }
    if (bound.length > 0) {
      context.say(`These name images that this project alone may use: ${bound.join(', ')}`);
      context.say(
        'For another project write "build: FOLDER" in place of image_reference, or a place of its own as output_image',
      );
    }
    if (isHidden && ('secrets' in document || 'config_maps' in document))
      sayHidden(context, 'each is named by a variable');
    context.terminal.write((await renderOutput(options.output ?? 'yaml', document)) ?? '');
  },
});

/** Images that the platform built belong to their project. */
function isOwnImage(fields: Readonly<Record<string, unknown>>, registry: string): boolean {
  return [fields['image_reference'], fields['output_image']].some((image) => String(image).startsWith(`${registry}/`));
}
