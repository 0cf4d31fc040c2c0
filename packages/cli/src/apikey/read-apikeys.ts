/** The API keys of the caller, or of a user who is named. */
import type { ApiKey } from '@slipway/spec';
import type { CommandContext } from '../command-context.ts';
import { listAll } from '../list-all.ts';

export async function readApiKeys(context: CommandContext, owner: string | undefined): Promise<readonly ApiKey[]> {
  const client = await context.client();
  const whose = owner === undefined ? {} : { owner };
  return await listAll(
    (query) => client.listApiKeys({ query: { ...query, ...whose }, signal: context.signal }),
    (page) => page.api_keys,
  );
}
