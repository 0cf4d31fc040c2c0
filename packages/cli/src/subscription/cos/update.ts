/** `slipway subscription cos update`. */
import { defineCommand } from '../../command.ts';
import { openProject } from '../../project-scope.ts';
import { updateSubscription } from '../change-subscription.ts';
import { sharedPatch, updateOptions } from '../subscription-options.ts';
import { COS_DESTINATIONS, COS_OPTIONS, cosSettings } from './cos-options.ts';

export const command = defineCommand({
  options: { ...updateOptions(COS_DESTINATIONS), ...COS_OPTIONS },
  operands: ['NAME'],
  async run({ options, context }) {
    await updateSubscription(await openProject(context), {
      type: 'cos',
      name: options.name ?? '',
      output: options.output,
      patchFor: (before) => ({ ...sharedPatch(options, before), ...cosSettings(options) }),
    });
  },
});
