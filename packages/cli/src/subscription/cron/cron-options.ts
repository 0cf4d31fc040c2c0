/** When a timer fires, and what it sends. */
import type { SubscriptionPatch } from '@slipway/spec';
import type { OptionSpec, ParsedOptions } from '../../command.ts';

export const CRON_DESTINATIONS = ['app', 'function', 'job'] as const;

export const CRON_OPTIONS = {
  schedule: {
    names: ['--schedule', '-s'],
    kind: 'value',
    summary: 'minute, hour, day of month, month, day of week; without it every minute',
  },
  timeZone: { names: ['--time-zone', '--tz'], kind: 'value', summary: 'zone of the schedule, e.g. Europe/Berlin' },
  data: { names: ['--data', '--da'], kind: 'value', summary: 'body of each event' },
  dataBase64: { names: ['--data-base64', '--db'], kind: 'value', summary: 'body of each event in base64' },
  contentType: { names: ['--content-type', '--ct'], kind: 'value', summary: 'media type of the body' },
} as const satisfies Record<string, OptionSpec>;

export function cronSettings(options: ParsedOptions<typeof CRON_OPTIONS>): SubscriptionPatch {
  return {
    ...(options.schedule !== undefined && { cron_schedule: options.schedule }),
    ...(options.timeZone !== undefined && { cron_time_zone: options.timeZone }),
    ...(options.data !== undefined && { cron_data: options.data }),
    ...(options.dataBase64 !== undefined && { cron_data_base64: options.dataBase64 }),
    ...(options.contentType !== undefined && { cron_content_type: options.contentType }),
  };
}
