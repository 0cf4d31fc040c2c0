/** `slipway subscription cron|kafka|cos list`. */
import type { Subscription } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { renderSubscriptionList } from './render-subscription.ts';

export function commandFor(type: Subscription['type']) {
  return defineCommand({
    options: { output: OUTPUT_OPTION, quiet: QUIET, sortBy: SORT_BY },
    async run({ options, context }) {
      const { client, project, signal } = await openProject(context);
      const params = { project_id: project.id };
      const subscriptions = await listAll(
        (query) => client.listSubscriptions({ params, query: { ...query, type }, signal }),
        (page) => page.subscriptions,
      );
      const items = sortItems(subscriptions, options.sortBy);
      const text = await renderOutput(options.output, { items });
      if (text === undefined && items.length === 0)
        context.say(`No ${type} subscriptions in project "${project.name}"`);
      else context.terminal.write(text ?? renderSubscriptionList(type, items, Date.now()));
    },
  });
}
