/** After "not found": the name that was probably meant. A help only, so whatever goes wrong here is left unsaid. */
import type { Client } from '@slipway/client';
import { closestWord } from './closest-word.ts';
import type { CommandContext } from './command-context.ts';
import { listAll } from './list-all.ts';

const SUGGEST_TIMEOUT_MS = 2000;

interface ListCall {
  readonly params: { readonly project_id: string };
  readonly query: { readonly start?: string };
  readonly signal: AbortSignal;
}
interface NamedPage {
  readonly next?: { readonly start?: string };
  readonly items: readonly { readonly name?: string }[];
}
type ListPage = (client: Client, call: ListCall) => Promise<NamedPage>;

/** The kinds as the API names them in `Cannot find app "wbe"`. */
const LISTS: Readonly<Record<string, ListPage>> = {
  app: async (client, call) => pageOf(await client.listApps(call), 'apps'),
  'allowed outbound destination': async (client, call) =>
    pageOf(await client.listAllowedOutboundDestinations(call), 'allowed_outbound_destinations'),
  build: async (client, call) => pageOf(await client.listBuilds(call), 'builds'),
  'build run': async (client, call) => pageOf(await client.listBuildRuns(call), 'build_runs'),
  'config map': async (client, call) => pageOf(await client.listConfigMaps(call), 'config_maps'),
  'domain mapping': async (client, call) => pageOf(await client.listDomainMappings(call), 'domain_mappings'),
  function: async (client, call) => pageOf(await client.listFunctions(call), 'functions'),
  job: async (client, call) => pageOf(await client.listJobs(call), 'jobs'),
  'job run': async (client, call) => pageOf(await client.listJobRuns(call), 'job_runs'),
  'persistent data store': async (client, call) =>
    pageOf(await client.listPersistentDataStores(call), 'persistent_data_stores'),
  secret: async (client, call) => pageOf(await client.listSecrets(call), 'secrets'),
};

function pageOf<Key extends string>(
  page: { readonly next?: NamedPage['next'] } & { readonly [K in Key]: NamedPage['items'] },
  key: Key,
): NamedPage {
  return { items: page[key], ...(page.next && { next: page.next }) };
}

/** A line such as `Did you mean "web"?`, for an answer like `Cannot find app "wbe"`. */
export async function suggestName(context: CommandContext, error: unknown): Promise<string | undefined> {
  if (!(error instanceof Error) || error.name !== 'ApiProblem') return undefined;
  const [, kind = '', name = ''] = /^Cannot find ([a-z ]+) "([^"]+)"/.exec(error.message) ?? [];
  const list = LISTS[kind];
  if (!list) return undefined;
  try {
    const client = await context.client();
    const params = { project_id: (await context.project()).id };
    const signal = AbortSignal.timeout(SUGGEST_TIMEOUT_MS);
    const items = await listAll(
      (query) => list(client, { params, query, signal }),
      (page) => page.items,
    );
    const names = items.map((item) => item.name ?? '');
    const close = closestWord(name, names);
    return close === undefined ? undefined : `Did you mean "${close}"?`;
  } catch {
    return undefined;
  }
}
