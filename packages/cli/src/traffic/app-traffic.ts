/** What commands do with an app's traffic: read it, state it anew, and wait until the requests go there. */
import { setTimeout as delay } from 'node:timers/promises';
import type { App, AppTraffic, AppTrafficPrototype } from '@slipway/spec';
import type { OptionTable } from '../command.ts';
import type { ProjectScope } from '../project-scope.ts';
import { CommandFault } from '../usage-fault.ts';
import { targetsOf, withTag } from './traffic-words.ts';

const POLL_MS = 50;
/** A revision that sleeps is started first; what takes longer than that is told by `traffic get`. */
const WAIT_MS = 120_000;

/** Of commands that make a revision. */
export const NEW_REVISION_OPTIONS = {
  noTraffic: { names: ['--no-traffic'], kind: 'flag', summary: 'requests stay where they are', default: 'false' },
  tag: { names: ['--tag'], kind: 'value', summary: 'give the new revision an address of its own' },
} as const satisfies OptionTable;

export async function readTraffic({ client, project, signal }: ProjectScope, name: string): Promise<AppTraffic> {
  return await client.getAppTraffic({ params: { project_id: project.id, name }, signal });
}

/** What was read is what is changed: a change by somebody else in between is not overwritten. */
export async function stateTraffic(
  { client, project, signal }: ProjectScope,
  before: AppTraffic,
  body: Omit<AppTrafficPrototype, 'traffic'> & { readonly traffic: readonly AppTrafficPrototype['traffic'][number][] },
): Promise<AppTraffic> {
  const params = { project_id: project.id, name: before.app_name };
  const complete = { ...body, traffic: [...body.traffic] };
  return await client.replaceAppTraffic({ params, ifMatch: before.entity_tag, body: complete, signal });
}

/** Requests stay with the revisions that have them, whatever becomes ready. */
export async function holdTraffic(scope: ProjectScope, name: string): Promise<void> {
  const before = await readTraffic(scope, name);
  if (!before.traffic.some(({ latest, percent }) => latest && percent > 0)) return;
  const { shares } = before.status_details;
  if (shares.length === 0) return;
  const tagged = targetsOf(before).filter(({ tag }) => tag !== undefined);
  await stateTraffic(scope, before, { traffic: [...shares, ...tagged.map((target) => ({ ...target, percent: 0 }))] });
}

export async function tagRevision(
  scope: ProjectScope,
  name: string,
  { revision, tag }: { revision: string; tag: string },
): Promise<string | undefined> {
  const before = await readTraffic(scope, name);
  const traffic = withTag(targetsOf(before), { revision_name: revision, percent: 0, tag });
  const after = await stateTraffic(scope, before, { traffic });
  return after.traffic.find((target) => target.tag === tag)?.url;
}

/** What the owner should know of a new revision: its address, or that no request goes to it. */
export async function finishRevision(
  scope: ProjectScope,
  app: App,
  options: {
    readonly tag?: string | undefined;
    /** Where it was read already. */
    readonly traffic?: Promise<AppTraffic> | undefined;
  },
): Promise<void> {
  const revision = app.status_details?.latest_created_revision ?? '';
  if (options.tag !== undefined) {
    const url = await tagRevision(scope, app.name, { revision, tag: options.tag });
    scope.context.say(`Revision "${revision}" has the tag "${options.tag}": ${url ?? ''}`);
  }
  const { traffic } = await (options.traffic ?? readTraffic(scope, app.name));
  const isReached = traffic.some(
    (target) => target.percent > 0 && (target.latest || target.revision_name === revision),
  );
  if (isReached) return;
  scope.context.say(`Revision "${revision}" gets no requests: the traffic of "${app.name}" names others`);
  scope.context.say(`  slipway traffic set ${app.name} latest=100`);
}

/** Waits until what was stated is done, or its first step is. */
export async function waitTraffic(scope: ProjectScope, name: string): Promise<AppTraffic> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const traffic = await readTraffic(scope, name);
    const { message = '', reason } = traffic.status_details;
    if (reason === 'went_back')
      throw new CommandFault('unhealthy', `Cannot move the requests of "${name}". ${message}`);
    if (reason !== 'waiting') return traffic;
    if (Date.now() > deadline)
      throw new CommandFault('timeout', `Cannot wait longer for the traffic of "${name}": ${message}`);
    await delay(POLL_MS, undefined, { signal: scope.signal });
  }
}
