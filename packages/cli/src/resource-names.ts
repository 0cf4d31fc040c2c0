/** The names of what is there, kind by kind: for suggestions and completion. */
import type { Client } from '@slipway/client';
import type { CommandContext } from './command-context.ts';
import { listAll } from './list-all.ts';

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
const LISTS = {
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
  subscription: async (client, call) => pageOf(await client.listSubscriptions(call), 'subscriptions'),
} as const satisfies Readonly<Record<string, ListPage>>;

export type ListedKind = keyof typeof LISTS;

function pageOf<Key extends string>(
  page: { readonly next?: NamedPage['next'] } & { readonly [K in Key]: NamedPage['items'] },
  key: Key,
): NamedPage {
  return { items: page[key], ...(page.next && { next: page.next }) };
}

export function isListedKind(kind: string): kind is ListedKind {
  return Object.hasOwn(LISTS, kind);
}

export async function resourceNames(
  context: Pick<CommandContext, 'client' | 'project'>,
  kind: ListedKind,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const client = await context.client();
  const params = { project_id: (await context.project()).id };
  const items = await listAll(
    (query) => LISTS[kind](client, { params, query, signal }),
    (page) => page.items,
  );
  return items.flatMap(({ name }) => (name === undefined ? [] : [name]));
}

export async function revisionNames(
  context: Pick<CommandContext, 'client' | 'project'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const client = await context.client();
  const project_id = (await context.project()).id;
  const apps = await resourceNames(context, 'app', signal);
  const lists = apps.map((app_name) => client.listAppRevisions({ params: { project_id, app_name }, signal }));
  return (await Promise.all(lists)).flatMap(({ revisions }) => revisions.flatMap(({ name }) => name ?? []));
}

export async function projectNames(
  { client }: Pick<CommandContext, 'client'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = await client();
  const projects = await listAll(
    (query) => found.listProjects({ query, signal }),
    (page) => page.projects,
  );
  return projects.map(({ name }) => name);
}
