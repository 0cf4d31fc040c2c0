/** When a cron subscription fires. The library that knows is loaded by the first who asks: few have one. */
import type { FieldProblem } from '../refuse.ts';
import type { SubscriptionSettings } from './subscription-record.ts';

const SCHEDULE_FIX = 'Write minute, hour, day of month, month and day of week, e.g. "0 9 * * 1-5"';

export async function scheduleProblem(settings: SubscriptionSettings): Promise<FieldProblem | undefined> {
  const { cron_schedule: value, cron_time_zone: timeZone } = settings;
  if (value === undefined || timeZone === undefined) return undefined;
  if (!isTimeZone(timeZone)) {
    const rule = 'it is no name of the IANA time zone database';
    return { field: 'cron_time_zone', value: timeZone, rule, fix: 'Write a name like Europe/Berlin or UTC' };
  }
  const { Cron } = await import('croner');
  try {
    if (new Cron(value, { paused: true, mode: '5-part', timezone: timeZone }).nextRun()) return undefined;
  } catch (error) {
    // What the library says names the place, e.g. "Invalid value for minute: 60".
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'it cannot be read';
    return { field: 'cron_schedule', value, rule: `it is no schedule: ${reason}`, fix: SCHEDULE_FIX };
  }
  return { field: 'cron_schedule', value, rule: 'there is no such day', fix: SCHEDULE_FIX };
}

function isTimeZone(name: string): boolean {
  // An offset such as +01:00 is known to `Intl` too, but is no name.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // This is how `Intl` says that it knows no such zone.
    return false;
  }
}
