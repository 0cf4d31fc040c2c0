/** The bindings of one app, job or function. */
import type { Binding } from '@slipway/spec';
import { listAll } from '../list-all.ts';
import { renderTable } from '../output/text-table.ts';
import type { ProjectScope } from '../project-scope.ts';

export const COMPONENT_TYPES = { app: 'app_v2', job: 'job_v2', function: 'function_v2' } as const;
export type ComponentNoun = keyof typeof COMPONENT_TYPES;

export async function listBindingsOf(
  { client, project, signal }: Pick<ProjectScope, 'client' | 'project' | 'signal'>,
  component: { readonly noun: ComponentNoun; readonly name: string },
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
