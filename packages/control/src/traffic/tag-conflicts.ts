/** A tag and an app of one project must not have the same address. */
import { findApp } from '../apps/app-record.ts';
import { invalidField } from '../refuse.ts';
import type { Store } from '../store.ts';
import { readingsAsTag, taggedName } from './traffic-rules.ts';

/** Throws when an app or a function has the address of the tag. */
export async function requireFreeTag(
  store: Store,
  { projectId, name }: { readonly projectId: string; readonly name: string },
  tag: string,
): Promise<void> {
  const taken = taggedName(tag, name);
  for (const kind of ['app', 'function'] as const) {
    if (!(await store.get({ kind, projectId, name: taken }))) continue;
    const rule = `the ${kind} "${taken}" has its address`;
    throw invalidField({ field: 'traffic.tag', value: tag, rule, fix: 'Take another tag' });
  }
}

/** Throws when a tag of another app has the address of an app or a function of this name. */
export async function requireNoTag(store: Store, projectId: string, name: string): Promise<void> {
  for (const { appName, tag } of readingsAsTag(name)) {
    const app = await findApp(store, projectId, appName);
    if (!app?.spec.traffic?.targets.some((target) => target.tag === tag)) continue;
    const rule = `the tag "${tag}" of app "${appName}" has its address`;
    throw invalidField({ field: 'name', value: name, rule, fix: 'Choose another name' });
  }
}
