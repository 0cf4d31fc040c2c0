/** Creates or changes one subscription and says what is true of it: the same for all types. */
import type { Subscription, SubscriptionPatch, SubscriptionPrototype } from '@slipway/spec';
import { renderOutput } from '../output/render-output.ts';
import type { ProjectScope } from '../project-scope.ts';

export async function createSubscription(
  { context, client, project, signal }: ProjectScope,
  body: SubscriptionPrototype,
  options: { readonly force?: boolean | undefined; readonly output?: string | undefined },
): Promise<void> {
  const query = { force: options.force === true };
  const created = await client.createSubscription({ params: { project_id: project.id }, query, body, signal });
  context.terminal.write((await renderOutput(options.output, created)) ?? '');
  context.say(`Created ${body.type} subscription "${body.name}"`);
  sayStanding(context, created);
}

/** The tag that was read goes with the change: what somebody else changed in between is not overwritten. */
export async function updateSubscription(
  { context, client, project, signal }: ProjectScope,
  change: {
    readonly type: Subscription['type'];
    readonly name: string;
    readonly output?: string | undefined;
    readonly patchFor: (before: Subscription) => Promise<SubscriptionPatch> | SubscriptionPatch;
  },
): Promise<void> {
  const { type, name } = change;
  const params = { project_id: project.id, name };
  const before = await readSubscription({ client, project, signal }, type, name);
  const body = await change.patchFor(before);
  const updated = await client.updateSubscription({ params, body, ifMatch: before.entity_tag, signal });
  context.terminal.write((await renderOutput(change.output, updated)) ?? '');
  context.say(`Updated ${type} subscription "${name}"`);
  sayStanding(context, updated);
}

/** `cron get` of a Kafka subscription finds nothing, as on the public command line. */
export async function readSubscription(
  { client, project, signal }: Pick<ProjectScope, 'client' | 'project' | 'signal'>,
  type: Subscription['type'],
  name: string,
): Promise<Subscription> {
  const found = await client.getSubscription({ params: { project_id: project.id, name }, signal });
  if (found.type === type) return found;
  const { CommandFault } = await import('../usage-fault.ts');
  throw new CommandFault(
    'not_found',
    `Cannot find ${type} subscription "${name}": there is one of type ${found.type}`,
    [`Look at it: slipway subscription ${found.type} get --name ${name}`],
  );
}

function sayStanding(context: ProjectScope['context'], { status_details: details }: Subscription): void {
  if (details?.message !== undefined) context.say(details.message);
}
