/** The `since` of log queries and the like: a moment (ISO 8601) or a span before now ("30s", "15m", "24h", "7d"). */
import { invalidField } from './refuse.ts';

const MS_PER_UNIT = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const ISO_PATTERN = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

export function parseSince(text: string, now: Date): Date {
  return parseMoment('since', text, now);
}

export function parseMoment(field: string, text: string, now: Date): Date {
  const span = /^(\d{1,9})([smhd])$/.exec(text);
  if (span) return new Date(now.getTime() - Number(span[1]) * MS_PER_UNIT[span[2] as keyof typeof MS_PER_UNIT]);
  const moment = ISO_PATTERN.test(text) ? new Date(text) : undefined;
  if (moment && !Number.isNaN(moment.getTime())) return moment;
  const rule = 'it is neither a time nor a span';
  throw invalidField({
    field,
    value: text,
    rule,
    fix: 'Write 30s, 15m, 24h, or a time like 2026-01-31T12:00:00Z',
  });
}
