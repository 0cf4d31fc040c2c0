/** Has every app looked at that names a config map or a secret: one of them may have waited for it. */
import { appFrom } from '../apps/app-record.ts';
import type { ControlContext } from '../control-context.ts';
import type { ResourceKey } from '../store.ts';
import { walkStore } from '../walk-store.ts';
import { referencesOf } from './resource-reference.ts';

export async function activateReferrers(
  { activate, store }: Pick<ControlContext, 'activate' | 'store'>,
  { kind, projectId, name }: ResourceKey,
): Promise<void> {
  for await (const stored of walkStore(store, { kind: 'app', projectId })) {
    const references = referencesOf(appFrom(stored).spec.settings);
    const isNamed = references.some((reference) => reference.kind === kind && reference.name === name);
    if (isNamed) activate({ kind: 'app', projectId, name: stored.name });
  }
}
