/** `slipway subscription cos create`. */
import { defineCommand } from '../../command.ts';
import { openProject } from '../../project-scope.ts';
import { createSubscription } from '../change-subscription.ts';
import { createOptions, sharedPrototype } from '../subscription-options.ts';
import { COS_DESTINATIONS, COS_OPTIONS, cosSettings } from './cos-options.ts';

export const command = defineCommand({
  options: {
    ...createOptions(COS_DESTINATIONS),
    bucket: { names: ['--bucket', '-b'], kind: 'value', summary: 'bucket to watch', required: true },
    ...COS_OPTIONS,
    eventType: { ...COS_OPTIONS.eventType, default: 'all' },
  },
  operands: ['NAME'],
  examples: ['slipway subscription cos create --name uploads --destination web --bucket uploads-eu --event-type write'],
  async run({ options, context }) {
    const named = { name: options.name ?? '', type: 'cos', cos_bucket: options.bucket ?? '' } as const;
    const body = { ...named, ...sharedPrototype(options), ...cosSettings(options) };
    await createSubscription(await openProject(context), body, options);
  },
});
