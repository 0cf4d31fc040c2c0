/** `slipway subscription cron create`. */
import { defineCommand } from '../../command.ts';
import { openProject } from '../../project-scope.ts';
import { createSubscription } from '../change-subscription.ts';
import { createOptions, sharedPrototype } from '../subscription-options.ts';
import { CRON_DESTINATIONS, CRON_OPTIONS, cronSettings } from './cron-options.ts';

export const command = defineCommand({
  options: {
    ...createOptions(CRON_DESTINATIONS),
    ...CRON_OPTIONS,
    timeZone: { ...CRON_OPTIONS.timeZone, default: 'UTC' },
  },
  operands: ['NAME'],
  examples: [
    'slipway subscription cron create --name nightly --destination web --path /tick --schedule "0 3 * * *"',
    'slipway subscription cron create --name hourly --destination report --destination-type job --schedule "0 * * * *"',
  ],
  async run({ options, context }) {
    const body = {
      name: options.name ?? '',
      type: 'cron',
      ...sharedPrototype(options),
      ...cronSettings(options),
    } as const;
    await createSubscription(await openProject(context), body, options);
  },
});
