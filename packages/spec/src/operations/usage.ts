/** Operations on usage: ours, in the style of v2. */
import { Type } from '../json-schema.ts';
import { P, PageQuery, type Operation } from '../operation.ts';
import { words } from '../resources/schema.ts';
import * as usage from '../resources/usage.ts';

const moment = (description: string) => Type.Optional(Type.String({ maxLength: 64, description }));

const UsageQuery = Type.Object({
  from: moment(
    'ISO 8601 time, or a span before now like 24h, 7d; taken to the beginning of its hour; without it the month',
  ),
  to: moment('ISO 8601 time, or a span before now; taken to the end of its hour; without it now'),
  granularity: Type.Optional(words(usage.USAGE_GRANULARITIES, { default: 'day' })),
  ...PageQuery,
});

export const USAGE_OPERATIONS = {
  listProjectUsage: {
    method: 'GET',
    path: `${P}/usage`,
    access: 'view',
    summary: 'List what ran in a project for how long',
    query: UsageQuery,
    returns: usage.UsageList,
    status: 200,
  },
  listUsage: {
    method: 'GET',
    path: '/usage',
    access: 'platform_view',
    summary: 'List what ran on the platform for how long',
    query: UsageQuery,
    returns: usage.UsageList,
    status: 200,
  },
} as const satisfies Record<string, Operation>;
