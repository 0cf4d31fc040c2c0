/** Usage: what ran for how long, in the units that Code Engine bills: vCPU-seconds and GB-seconds of the configured size. */
import { Type, type Static } from '../json-schema.ts';
import { listOf, Timestamp, words } from './schema.ts';

export const USAGE_COMPONENT_TYPES = ['app', 'build_run'] as const;
export type UsageComponentType = (typeof USAGE_COMPONENT_TYPES)[number];
export const USAGE_GRANULARITIES = ['hour', 'day', 'month', 'total'] as const;
export type UsageGranularity = (typeof USAGE_GRANULARITIES)[number];

const amounts = {
  instance_seconds: Type.Number(),
  vcpu_seconds: Type.Number(),
  gb_seconds: Type.Number({ description: 'Of memory; a GB is 10^9 bytes' }),
};

export const UsageItem = Type.Object({
  start: Timestamp,
  end: Timestamp,
  project_id: Type.String(),
  component_type: words(USAGE_COMPONENT_TYPES),
  component_name: Type.String(),
  revision_name: Type.Optional(Type.String()),
  cpu_limit: Type.String({ examples: ['0.5'] }),
  memory_limit: Type.String({ examples: ['4G'] }),
  ...amounts,
});
export type UsageItem = Static<typeof UsageItem>;

export const UsageAmounts = Type.Object(amounts);
export type UsageAmounts = Static<typeof UsageAmounts>;

/** A page of the items, beside the sum of all. */
export const UsageList = Type.Object({
  from: Timestamp,
  to: Timestamp,
  granularity: words(USAGE_GRANULARITIES),
  metered_until: Type.Optional(Timestamp),
  total: UsageAmounts,
  ...listOf('usage', UsageItem).properties,
});
export type UsageList = Static<typeof UsageList>;
