/** `ibmcloud target`: shows where commands go; what it is asked to choose is this platform whatever its name. */
import { contextAnew } from '../command-context.ts';
import { defineCommand } from '../command.ts';
import { changeSettings, withContext } from '../login/cli-settings.ts';
import { ACCOUNT, JSON_OUTPUT, jsonText, REGION, RESOURCE_GROUP, SHORT } from './ibmcloud-options.ts';
import { sayRegion } from './login.ts';
import { placeDocument, readPlace, renderPlace } from './read-place.ts';

export const command = defineCommand({
  options: {
    region: REGION,
    group: RESOURCE_GROUP,
    account: ACCOUNT,
    unsetRegion: { names: ['--unset-region'], kind: 'flag', summary: 'there is one region: changes nothing' },
    unsetGroup: { names: ['--unset-resource-group'], kind: 'flag', summary: 'forget the name of the resource group' },
    output: JSON_OUTPUT,
    quiet: SHORT,
  },
  examples: ['ibmcloud target -r us-south -g Default', 'ibmcloud target --output json'],
  async run({ options, context }) {
    const target = await context.target();
    const isChange = options.group !== undefined || options.unsetGroup === true;
    if (isChange && target.kind === 'context') {
      await changeSettings(context.env, (settings) =>
        withContext(settings, target.name, ({ resourceGroup: _before, ...others }) => ({
          ...others,
          ...(options.group !== undefined && { resourceGroup: options.group }),
        })),
      );
    }
    const after = contextAnew(
      context,
      target.kind === 'context' ? { context: target.name } : { platform: target.platformName },
    );
    const place = await readPlace(after);
    sayRegion(context, options.region, place.region);
    if (options.output !== undefined) return context.terminal.write(jsonText(placeDocument(place)));
    if (options.group !== undefined) context.terminal.write(`Targeted resource group ${place.group.name}\n\n`);
    context.terminal.write(renderPlace(place));
  },
});
