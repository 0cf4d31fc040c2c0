/** `slipway subscription cron|kafka|cos get`. */
import type { Subscription } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { readSubscription } from './change-subscription.ts';
import { renderSubscription } from './render-subscription.ts';

export function commandFor(type: Subscription['type']) {
  return defineCommand({
    options: { name: NAME, output: OUTPUT_OPTION, quiet: QUIET },
    operands: ['NAME'],
    async run({ options, context }) {
      const subscription = await readSubscription(await openProject(context), type, options.name ?? '');
      const text = await renderOutput(options.output, subscription);
      context.terminal.write(text ?? renderSubscription(subscription, Date.now()));
    },
  });
}
