/**
 * Bounds how often one source may be wrong. Past the bound its credentials are not even looked at until the window ends:
 * a guess costs the platform nothing then, and a right one is not told from a wrong one.
 */
import { isIPv6 } from 'node:net';
import { Refusal } from '@slipway/spec';

const WINDOW_MS = 60_000;
const FAILURES_MAX = 30;
/** Sources remembered; past it the one that began longest ago is forgotten. */
const SOURCES_MAX = 10_000;

export interface FailureLimit {
  /** Throws Refusal('too_many_failures') while the source has used up its tries. */
  check(source: string): void;
  note(source: string): void;
}

interface Tries {
  readonly endsAtMs: number;
  count: number;
}

export function createFailureLimit(
  now: () => Date,
  { failuresMax = FAILURES_MAX, sourcesMax = SOURCES_MAX } = {},
): FailureLimit {
  const sources = new Map<string, Tries>();

  function triesOf(source: string): Tries | undefined {
    const tries = sources.get(source);
    if (!tries || tries.endsAtMs > now().getTime()) return tries;
    sources.delete(source);
    return undefined;
  }

  return {
    check(address) {
      const source = sourceOf(address);
      const tries = triesOf(source);
      if (!tries || tries.count < failuresMax) return;
      const seconds = Math.ceil((tries.endsAtMs - now().getTime()) / 1000);
      throw new Refusal('too_many_failures', { source, seconds });
    },
    note(address) {
      const source = sourceOf(address);
      const tries = triesOf(source);
      if (tries) {
        tries.count += 1;
        return;
      }
      const [oldest] = sources.keys();
      if (sources.size >= sourcesMax && oldest !== undefined) sources.delete(oldest);
      sources.set(source, { endsAtMs: now().getTime() + WINDOW_MS, count: 1 });
    },
  };
}

/** One customer of IPv6 has a whole /64 to come from. */
function sourceOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail = ''] = address.split('::', 2);
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const groups = address.includes('::')
    ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
    : left;
  return `${groups.slice(0, 4).join(':')}::/64`;
}
