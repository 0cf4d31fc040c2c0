/** `slipway subscription cron update`. */
import { defineCommand } from '../../command.ts';
import { openProject } from '../../project-scope.ts';
import { updateSubscription } from '../change-subscription.ts';
import { sharedPatch, updateOptions } from '../subscription-options.ts';
import { CRON_DESTINATIONS, CRON_OPTIONS, cronSettings } from './cron-options.ts';

export const command = defineCommand({
  options: { ...updateOptions(CRON_DESTINATIONS), ...CRON_OPTIONS },
  operands: ['NAME'],
  async run({ options, context }) {
    await updateSubscription(await openProject(context), {
      type: 'cron',
      name: options.name ?? '',
      output: options.output,
      patchFor: (before) => ({ ...sharedPatch(options, before), ...cronSettings(options) }),
    });
  },
});
