/** A deleted project by `--name` or `--id`, and how it is shown. */
import type { Client } from '@slipway/client';
import type { Reclamation } from '@slipway/spec';
import type { CommandContext } from '../command-context.ts';
import { listAll } from '../list-all.ts';
import { ageOf } from '../output/age-of.ts';
import { renderFields, renderTable } from '../output/text-table.ts';
import { CommandFault, UsageFault } from '../usage-fault.ts';

export async function chosenReclamation(
  context: CommandContext,
  client: Client,
  options: { readonly name?: string | undefined; readonly id?: string | undefined },
): Promise<Reclamation> {
  const { id, name } = options;
  if (id === undefined && name === undefined) {
    throw new UsageFault('Cannot go on: give --name or --id of the deleted project');
  }
  const all = await listReclamations(context, client);
  const found = all.find((one) => (id === undefined ? one.project_name === name : one.id === id));
  if (found) return found;
  throw new CommandFault('not_found', `Cannot find a deleted project "${id ?? name}"`, [
    'See all: slipway reclamation list',
  ]);
}

export function listReclamations(context: CommandContext, client: Client): Promise<readonly Reclamation[]> {
  return listAll(
    (query) => client.listReclamations({ query, signal: context.signal }),
    (page) => page.reclamations,
  );
}

export function renderReclamation(reclamation: Reclamation, nowMs: number): string {
  return renderFields([
    ['Name', reclamation.project_name],
    ['ID', reclamation.id],
    ['Status', reclamation.status],
    ['Deleted', reclamation.deleted_at],
    ['Hard Deletion', reclamation.target_time],
    ['Time to Hard Deletion', timeLeft(reclamation, nowMs)],
  ]);
}

export function renderReclamationList(reclamations: readonly Reclamation[], nowMs: number): string {
  const rows = reclamations.map((one) => [one.project_name, one.id, one.status, timeLeft(one, nowMs)]);
  return renderTable(['Name', 'ID', 'Status', 'Time to Hard Deletion'], rows);
}

/** The age that now has at the time of the deletion; `0s` when that is over. */
function timeLeft({ target_time }: Reclamation, nowMs: number): string {
  return ageOf(new Date(nowMs).toISOString(), Date.parse(target_time));
}
