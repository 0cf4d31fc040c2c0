/** Where commands go, in the words of the public cloud: one region, one account and one resource group. */
import type { CommandContext } from '../command-context.ts';
import { renderFields } from '../output/text-table.ts';

/** What a platform calls its region, and what the public cloud calls the first group, for somebody who sees no project. */
const REGION_NAME = 'local';
export const GROUP_NAME = 'Default';

export interface Place {
  readonly endpoint: string;
  readonly region: string;
  readonly user: { readonly id: string; readonly name: string };
  readonly accountId: string;
  readonly group: { readonly id: string; readonly name: string };
}

export async function readPlace(context: CommandContext): Promise<Place> {
  const { signal } = context;
  const client = await context.client();
  const target = await context.target();
  const caller = await client.getCaller({ signal });
  const { projects } = await client.listProjects({ query: { limit: 1 }, signal });
  const project = projects[0];
  const chosen = target.kind === 'context' ? target.context.resourceGroup : undefined;
  return {
    endpoint: target.kind === 'context' ? target.context.url : `platform "${target.platformName}" of this machine`,
    region: project?.region ?? REGION_NAME,
    user: { id: caller.id, name: caller.name },
    accountId: project?.account_id ?? '',
    group: { id: project?.resource_group_id ?? '', name: chosen ?? GROUP_NAME },
  };
}

export function renderPlace({ accountId, endpoint, group, region, user }: Place): string {
  return renderFields([
    ['API endpoint', endpoint],
    ['Region', region],
    ['User', user.name],
    ['Account', `Slipway (${accountId})`],
    ['Resource group', group.name],
  ]);
}

export function placeDocument({ accountId, endpoint, group, region, user }: Place): object {
  return {
    api_endpoint: endpoint,
    region: { name: region, display_name: region },
    user: { display_name: user.name, user_email: user.name, iam_id: user.id },
    account: { guid: accountId, name: 'Slipway' },
    resource_group: { guid: group.id, name: group.name, default: true, state: 'ACTIVE' },
  };
}
