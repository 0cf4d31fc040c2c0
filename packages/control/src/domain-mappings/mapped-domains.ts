/** The domains that lead to an app: those its project holds. */
import type { ControlContext } from '../control-context.ts';
import type { Store } from '../store.ts';
import { walkStore } from '../walk-store.ts';
import { domainMappingFrom, type DomainMappingRecord } from './domain-mapping-record.ts';

export async function mappedDomains(store: Store, projectId: string, appName: string): Promise<readonly string[]> {
  const mappings = await mappingsOf(store, projectId, appName);
  return mappings.filter(({ spec }) => !spec.isClaimed).map(({ name }) => name);
}

/** Those of a whole project, by the name of their app. */
export async function mappedDomainsByApp(
  store: Store,
  projectId: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for await (const stored of walkStore(store, { kind: 'domain_mapping', projectId })) {
    const { name, spec } = domainMappingFrom(stored);
    if (spec.component.resource_type !== 'app_v2' || spec.isClaimed) continue;
    found.set(spec.component.name, [...(found.get(spec.component.name) ?? []), name]);
  }
  return found;
}

/** After an app came, changed or went: its domains say how they stand. */
export async function activateMappings(
  { activate, store }: Pick<ControlContext, 'activate' | 'store'>,
  projectId: string,
  appName: string,
): Promise<void> {
  for (const { name } of await mappingsOf(store, projectId, appName))
    activate({ kind: 'domain_mapping', projectId, name });
}

async function mappingsOf(store: Store, projectId: string, appName: string): Promise<readonly DomainMappingRecord[]> {
  const found: DomainMappingRecord[] = [];
  for await (const stored of walkStore(store, { kind: 'domain_mapping', projectId })) {
    const mapping = domainMappingFrom(stored);
    const { component } = mapping.spec;
    if (component.resource_type === 'app_v2' && component.name === appName) found.push(mapping);
  }
  return found;
}
