/**
 * After a change of a config map or a secret: the project is looked at, because instances may have its files mounted, and
 * every app that names it, because one of them may have waited for it; a domain gets its new certificate.
 */
import { appFrom } from '../apps/app-record.ts';
import { bindingReferences } from '../bindings/binding-record.ts';
import type { ControlContext } from '../control-context.ts';
import { domainMappingFrom } from '../domain-mappings/domain-mapping-record.ts';
import type { ResourceKey } from '../store.ts';
import { walkStore } from '../walk-store.ts';
import { referencesOf } from './resource-reference.ts';

export async function activateReferrers(
  { activate, store }: Pick<ControlContext, 'activate' | 'store'>,
  { kind, projectId, name }: ResourceKey,
): Promise<void> {
  activate({ kind: 'project', projectId, name: projectId });
  if (kind === 'secret') {
    for await (const stored of walkStore(store, { kind: 'domain_mapping', projectId })) {
      if (domainMappingFrom(stored).spec.tlsSecret !== name) continue;
      activate({ kind: 'domain_mapping', projectId, name: stored.name });
    }
  }
  for await (const stored of walkStore(store, { kind: 'app', projectId })) {
    const { settings, bindings } = appFrom(stored).spec;
    const references = [...referencesOf(settings), ...bindingReferences(bindings)];
    const isNamed = references.some((reference) => reference.kind === kind && reference.name === name);
    if (isNamed) activate({ kind: 'app', projectId, name: stored.name });
  }
}
