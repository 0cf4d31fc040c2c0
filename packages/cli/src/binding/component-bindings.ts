/** The bindings of one app, job or function. */
import type { Binding } from '@slipway/spec';
import { listAll } from '../list-all.ts';
import { renderTable } from '../output/text-table.ts';
import type { ProjectScope } from '../project-scope.ts';

export const COMPONENT_TYPES = { app: 'app_v2', job: 'job_v2', function: 'function_v2' } as const;
export type ComponentNoun = keyof typeof COMPONENT_TYPES;

export interface Component {
  readonly noun: ComponentNoun;
  readonly name: string;
}

type Scope = Pick<ProjectScope, 'client' | 'project' | 'signal'>;

/** Ends in the platform's own words when there is none. */
export async function requireComponent({ client, project, signal }: Scope, { noun, name }: Component): Promise<void> {
  const call = { params: { project_id: project.id, name }, signal };
  switch (noun) {
    case 'app':
      await client.getApp(call);
      return;
    case 'job':
      await client.getJob(call);
      return;
    case 'function':
      await client.getFunction(call);
      return;
  }
}

export async function listBindingsOf(
  { client, project, signal }: Scope,
  component: Component,
): Promise<readonly Binding[]> {
  const bindings = await listAll(
    (query) => client.listBindings({ params: { project_id: project.id }, query, signal }),
    (page) => page.bindings,
  );
  const type = COMPONENT_TYPES[component.noun];
  return bindings.filter(
    (binding) => binding.component.resource_type === type && binding.component.name === component.name,
  );
}

export function renderBindings(bindings: readonly Binding[]): string {
  if (bindings.length === 0) return '';
  const rows = bindings.map((binding) => [binding.id ?? '', binding.secret_name, binding.prefix, binding.status ?? '']);
  return renderTable(['ID', 'Secret', 'Environment Variable Prefix', 'Status'], rows);
}
