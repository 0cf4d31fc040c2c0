/**
 * W3C Trace Context, level 2, section 3.2: what a valid `traceparent` is. HAProxy rewrites the header itself (see
 * proxy/observe-rules.ts) with this very pattern; here what it wrote down is read. Pure.
 */

/**
 * Version 00 has four fields and nothing behind them; later versions may have more, and ff is none. An id of zeros alone is
 * invalid. The first 55 characters of whatever matches are all that is used, and hold nothing but hexadecimal digits and `-`.
 */
export const TRACEPARENT_PATTERN =
  '^(?:00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}|(?!00|ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?)$';
export const TRACEPARENT_CHARS = 55;

/** The two flags that level 2 defines: sampled and random. Others are not passed on. */
const KNOWN_FLAGS = 0b11;
const SAMPLED = 0b01;

export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
}

/** undefined when it is malformed. */
export function parseTraceparent(header: string): TraceContext | undefined {
  if (!new RegExp(TRACEPARENT_PATTERN, 'v').test(header)) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = header.slice(0, TRACEPARENT_CHARS).split('-');
  return { traceId, spanId, flags: Number.parseInt(flags, 16) & KNOWN_FLAGS };
}

export function isSampled({ flags }: Pick<TraceContext, 'flags'>): boolean {
  return (flags & SAMPLED) === SAMPLED;
}
