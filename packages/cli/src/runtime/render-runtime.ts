/** The parts that the text of apps, jobs, job runs and functions shares, with the labels of the public command line. Pure. */
import type { EnvVar } from '@slipway/spec';
import { ageOf } from '../output/age-of.ts';
import { renderFields, renderSection, renderTable } from '../output/text-table.ts';

type Field = readonly [string, string | number | undefined];
export type Fields = readonly Field[];

export interface Identity {
  readonly name?: string;
  readonly id?: string;
  readonly project_id?: string;
  readonly created_at?: string;
}

export interface Sight {
  readonly projectName: string;
  readonly nowMs: number;
}

/** The lines that every resource begins with. */
export function identityFieldsOf(
  resource: Identity,
  { projectName, nowMs }: Sight,
): readonly [name: Field, id: Field, ...others: Field[]] {
  return [
    ['Name', resource.name],
    ['ID', resource.id],
    ['Project Name', projectName],
    ['Project ID', resource.project_id],
    ['Age', ageOf(resource.created_at, nowMs)],
    ['Created', resource.created_at],
  ];
}

const ENV_TYPES: Readonly<Record<EnvVar['type'], string>> = {
  literal: 'Literal',
  config_map_full_reference: 'ConfigMap full reference',
  secret_full_reference: 'Secret full reference',
  config_map_key_reference: 'ConfigMap key reference',
  secret_key_reference: 'Secret key reference',
};

export function renderEnvironment(variables: readonly EnvVar[]): string {
  if (variables.length === 0) return '';
  const rows = variables.map((variable) => {
    const { type, name, reference = '', key, prefix = '', value } = variable;
    if (key !== undefined) return [ENV_TYPES[type], name ?? key, `${reference}.${key}`];
    return [ENV_TYPES[type], name ?? `${prefix === '' ? '' : `${prefix}=`}${reference}`, value ?? ''];
  });
  return renderSection('Environment Variables', renderTable(['Type', 'Name', 'Value'], rows));
}

interface Container {
  readonly image_reference?: string;
  readonly image_secret?: string;
  readonly scale_cpu_limit?: string;
  readonly scale_ephemeral_storage_limit?: string;
  readonly scale_memory_limit?: string;
  readonly run_arguments?: readonly string[];
  readonly run_commands?: readonly string[];
}

/** Image, program and size, with what else stands at both ends. */
export function renderContainer(
  container: Container,
  { head = [], tail = [] }: { readonly head?: Fields; readonly tail?: Fields } = {},
): string {
  const size = renderFields([
    ['CPU', container.scale_cpu_limit],
    ['Ephemeral Storage', container.scale_ephemeral_storage_limit],
    ['Memory', container.scale_memory_limit],
  ]);
  return [
    renderFields([...head, ['Image', container.image_reference]]),
    renderSection('Resource Allocation', size),
    renderSection(
      'Registry Secrets',
      renderLines(container.image_secret === undefined ? [] : [container.image_secret]),
    ),
    renderSection('Commands', renderLines(container.run_commands ?? [])),
    renderSection('Arguments', renderLines(container.run_arguments ?? [])),
    renderFields(tail),
  ].join('');
}

export function renderLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
