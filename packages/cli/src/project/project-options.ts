/** A project by `--name` or `--id`, and how it is shown. */
import type { Client } from '@slipway/client';
import type { Project } from '@slipway/spec';
import {
  DEFAULT_PROJECT,
  findProject,
  selectedProjectOf,
  type ChosenProject,
  type CommandContext,
} from '../command-context.ts';
import type { OptionSpec } from '../command.ts';
import { ageOf } from '../output/age-of.ts';
import { renderFields, renderTable } from '../output/text-table.ts';
import { UsageFault } from '../usage-fault.ts';

export const PROJECT_OPTIONS = {
  name: { names: ['--name', '-n'], kind: 'value', summary: 'name of the project' },
  id: { names: ['--id', '--guid'], kind: 'value', summary: 'id of the project' },
} as const satisfies Record<string, OptionSpec>;

export async function chosenProject(
  context: CommandContext,
  client: Client,
  options: { readonly name?: string | undefined; readonly id?: string | undefined },
): Promise<ChosenProject> {
  const wanted = options.id ?? options.name;
  if (wanted === undefined) throw new UsageFault('Cannot go on: give --name or --id of the project');
  return findProject(client, wanted, context.signal);
}

export function renderProject(project: Project, selected: boolean): string {
  return renderFields([
    ['Name', project.name],
    ['ID', project.id],
    ['CRN', project.crn],
    ['Status', project.status],
    ['Enabled', String(project.status === 'active')],
    ['Selected', String(selected)],
    ['Region', project.region],
    ['Resource Group', project.resource_group_id],
    ['Age', ageOf(project.created_at)],
    ['Created', project.created_at],
  ]);
}

export function renderProjectList(projects: readonly Project[], selected: string): string {
  const rows = projects.map((project) => [
    project.name,
    project.id ?? '',
    project.status ?? '',
    String(project.id === selected || project.name === selected),
    // The API takes tags and does not tell them.
    '',
    project.region ?? '',
    project.resource_group_id,
    ageOf(project.created_at),
  ]);
  return renderTable(['Name', 'ID', 'Status', 'Selected', 'Tags', 'Region', 'Resource Group', 'Age'], rows);
}

/** Id or name of the project that commands without `--project` use. */
export async function selectedProject(context: CommandContext): Promise<string> {
  return selectedProjectOf(await context.target(), await context.settings()) ?? DEFAULT_PROJECT;
}
