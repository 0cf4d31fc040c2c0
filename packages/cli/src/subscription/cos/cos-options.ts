/** Which objects of which bucket events are of. */
import type { SubscriptionPatch } from '@slipway/spec';
import type { OptionSpec, ParsedOptions } from '../../command.ts';

export const COS_DESTINATIONS = ['app', 'job'] as const;

export const COS_OPTIONS = {
  eventType: {
    names: ['--event-type', '-e'],
    kind: 'value',
    summary: 'changes to hear of; without it all',
    values: ['delete', 'write', 'all'],
  },
  prefix: { names: ['--prefix', '-p'], kind: 'value', summary: 'only objects whose names begin so' },
  suffix: { names: ['--suffix', '-s'], kind: 'value', summary: 'only objects whose names end so' },
} as const satisfies Record<string, OptionSpec>;

export function cosSettings(options: ParsedOptions<typeof COS_OPTIONS>): SubscriptionPatch {
  return {
    ...(options.eventType !== undefined && {
      cos_event_type: options.eventType as NonNullable<SubscriptionPatch['cos_event_type']>,
    }),
    ...(options.prefix !== undefined && { cos_prefix: options.prefix }),
    ...(options.suffix !== undefined && { cos_suffix: options.suffix }),
  };
}
