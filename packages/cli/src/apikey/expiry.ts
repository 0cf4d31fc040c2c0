/** `--expires`: a time, or how long from now; the API knows times only. Pure. */
import { UsageFault } from '../usage-fault.ts';

const UNIT_MS: Readonly<Record<string, number>> = { h: 60 * 60_000, d: 24 * 60 * 60_000 };

export function expiryFrom(text: string, nowMs: number): string {
  const [, count, unit = ''] = /^([1-9]\d{0,5})([hd])$/.exec(text) ?? [];
  const spanMs = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (!Number.isNaN(spanMs)) return new Date(nowMs + spanMs).toISOString();
  // What is a time is for the platform to judge; what cannot be one is refused here.
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return text;
  throw new UsageFault(`Cannot use --expires "${text}": it is neither a span nor a time`, [
    'Take a span of hours or days like 12h or 90d, or a time like 2027-01-31T12:00:00Z',
  ]);
}
