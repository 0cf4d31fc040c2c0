/** Operations on events: ours, in the style of v2. */
import { Type } from '../json-schema.ts';
import { P, PageQuery, type Operation } from '../operation.ts';
import * as platform from '../resources/platform.ts';
import { words } from '../resources/schema.ts';

export const EVENT_OPERATIONS = {
  listEvents: {
    method: 'GET',
    path: `${P}/events`,
    access: 'view',
    summary: 'List the events of a project, oldest first',
    query: Type.Object({
      kind: Type.Optional(words(platform.EVENT_FILTER_KINDS, { description: 'What they are about' })),
      name: Type.Optional(Type.String({ maxLength: 253, description: 'Name of what they are about; needs "kind"' })),
      since: Type.Optional(Type.String({ maxLength: 64, description: 'ISO 8601 time, or a span like 30s, 15m, 24h' })),
      ...PageQuery,
    }),
    returns: platform.EventList,
    status: 200,
  },
} as const satisfies Record<string, Operation>;
