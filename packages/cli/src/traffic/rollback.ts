/** `slipway rollback APP [REVISION]`: all requests to a revision that served before, at once. Its image is still here. */
import type { AppRevision, AppTraffic } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { readTraffic, stateTraffic, waitTraffic } from './app-traffic.ts';
import { revisionNamed, withShares } from './traffic-words.ts';

export const command = defineCommand({
  options: { name: NAME, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME', 'REVISION'],
  examples: ['slipway rollback web', 'slipway rollback web v3'],
  async run({ options, operands, context }) {
    const { name = '' } = options;
    const scope = await openProject(context);
    const { client, project, signal } = scope;
    const before = await readTraffic(scope, name);
    const params = { project_id: project.id, app_name: name };
    const revisions = await listAll(
      (query) => client.listAppRevisions({ params, query, signal }),
      (page) => page.revisions,
    );
    const wanted = operands[operands[0] === name ? 1 : 0];
    const revision = wanted === undefined ? revisionBefore(before, revisions) : revisionNamed(name, wanted);
    if (revision === undefined) {
      throw new UsageFault(`Cannot roll back app "${name}": no other revision of it was ready`, [
        `Look at them: slipway revision list --app ${name}`,
      ]);
    }
    await stateTraffic(scope, before, { traffic: withShares(before, [{ revision_name: revision, percent: 100 }]) });
    const after = await waitTraffic(scope, name);
    context.terminal.write((await renderOutput(options.output, after)) ?? `${revision}\n`);
    context.say(`All requests of "${name}" go to revision "${revision}"`);
    context.say(`Newer revisions get none until: slipway traffic set ${name} latest=100`);
  },
});

/** Where the requests went before; else the newest ready one below those that have them. Pure. */
export function revisionBefore(
  { status_details: details }: AppTraffic,
  revisions: readonly AppRevision[],
): string | undefined {
  const current = new Set(details.shares.map((share) => share.revision_name));
  const ready = revisions.filter(({ status }) => status === 'ready').map(({ name = '' }) => name);
  const previous = details.previous_shares
    .toSorted((a, b) => b.percent - a.percent)
    .map((share) => share.revision_name);
  const served = previous.find((name) => !current.has(name) && ready.includes(name));
  if (served !== undefined) return served;
  const lowest = [...current].toSorted()[0] ?? '';
  return ready
    .filter((name) => !current.has(name) && name < lowest)
    .toSorted()
    .at(-1);
}
