/** What a binding, a domain mapping or a subscription leads to: an app, a job or a function of the same project. */
import type { ComponentRef } from '@slipway/spec';
import { wordsOf } from '../refuse.ts';
import { invalidField } from '../refuse.ts';
import type { ResourceKey, Store } from '../store.ts';

const KINDS = { app_v2: 'app', job_v2: 'job', function_v2: 'function' } as const;
export type ComponentType = keyof typeof KINDS;

/** Undefined when the type is none that is known. */
export function componentKey(projectId: string, component: ComponentRef): ResourceKey | undefined {
  const kind = Object.hasOwn(KINDS, component.resource_type)
    ? KINDS[component.resource_type as ComponentType]
    : undefined;
  return kind && { kind, projectId, name: component.name };
}

/** Refuses a type that does not belong here, and a component that does not exist. */
export async function requireComponent(
  store: Store,
  projectId: string,
  options: {
    readonly component: ComponentRef;
    readonly allowed: readonly ComponentType[];
    /** The caller knows that it is to come; undefined where that may be said, absent where it makes no sense. */
    readonly force?: boolean | undefined;
  },
): Promise<void> {
  const { component, allowed } = options;
  const key = componentKey(projectId, component);
  if (!key || !allowed.some((type) => type === component.resource_type)) {
    const rule = `allowed are ${allowed.join(', ')}`;
    const value = component.resource_type;
    throw invalidField({ field: 'component.resource_type', value, rule, fix: 'Choose one of them' });
  }
  if (options.force === true || (await store.get(key))) return;
  const rule = `there is no ${wordsOf(key.kind)} of this name in the project`;
  const fix = 'force' in options ? 'Create it first, or say "force" when it is to come later' : 'Create it first';
  throw invalidField({ field: 'component.name', value: component.name, rule, fix });
}
