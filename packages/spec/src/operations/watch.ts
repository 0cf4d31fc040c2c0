/** Operations that watch: ours, in the style of v2. */
import { Type } from '../json-schema.ts';
import { P, type Operation } from '../operation.ts';
import { words } from '../resources/schema.ts';
import * as watch from '../resources/watch.ts';

export const WATCH_OPERATIONS = {
  watchResources: {
    method: 'GET',
    path: `${P}/watch`,
    access: 'view',
    summary: 'Watch what is in a project: all of it, one kind, or one resource',
    query: Type.Object({
      kind: Type.Optional(words(watch.WATCH_KINDS, { description: 'Only these; without it everything' })),
      name: Type.Optional(
        Type.String({ minLength: 1, maxLength: 253, description: 'Only the one of this name or id; needs "kind"' }),
      ),
    }),
    returns: watch.WatchEvent,
    answer: 'events',
    status: 200,
  },
  watchProjects: {
    method: 'GET',
    path: '/watch',
    access: 'signed_in',
    summary: 'Watch the projects that the caller may see',
    returns: watch.ProjectWatchEvent,
    answer: 'events',
    status: 200,
  },
} as const satisfies Record<string, Operation>;
