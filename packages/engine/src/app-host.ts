/**
 * The names an app answers to, and from where. A plain name is one of the public edge. `private/NAME` is answered at
 * the private entry alone, `project/NAME` to instances of the app's own project alone. A slash is in no host name, so
 * the forms cannot be taken for each other. Pure.
 */

import type { AppWorkload } from './workload.ts';

export const DOORS = ['public', 'private', 'project'] as const;
export type Door = (typeof DOORS)[number];

export function hostBehind(door: Door, name: string): string {
  return door === 'public' ? name : `${door}/${name}`;
}

export function parseAppHost(host: string): { readonly door: Door; readonly name: string } {
  const [before = '', name] = host.split('/', 2);
  const door = DOORS.find((known) => known === before) ?? 'public';
  return name === undefined ? { door: 'public', name: before } : { door, name };
}

/** The app's own hosts, then those of its tags. */
export function allHosts({ hosts, tags = [] }: Pick<AppWorkload, 'hosts' | 'tags'>): readonly string[] {
  return [...hosts, ...tags.flatMap((tag) => tag.hosts)];
}
