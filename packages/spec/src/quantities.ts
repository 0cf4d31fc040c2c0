/**
 * CPU and memory as the public API writes them. G and M are powers of ten (G = 10^9), Gi and Mi powers of two;
 * CPU is a decimal number of cores or millicores ("0.125", "125m").
 */

const BYTES_PER_UNIT = { '': 1, K: 1e3, M: 1e6, G: 1e9, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 } as const;

/** Bytes of "400M", "4G", "512Mi"; undefined when the text is no quantity. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|K|M|G)?$/.exec(text);
  if (!match) return undefined;
  const unit = (match[2] ?? '') as keyof typeof BYTES_PER_UNIT;
  const bytes = Number(match[1]) * BYTES_PER_UNIT[unit];
  return Number.isSafeInteger(Math.round(bytes)) ? Math.round(bytes) : undefined;
}

/** Thousandths of a core of "1", "0.125", "125m"; undefined when the text is no quantity. */
export function parseCpuMillis(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m)?$/.exec(text);
  if (!match) return undefined;
  const millis = Number(match[1]) * (match[2] === 'm' ? 1 : 1000);
  return Number.isInteger(millis) ? millis : undefined;
}

const G = 1e9;

/** Allowed CPU:memory pairs (millicores → bytes). Requests equal limits. Source: Code Engine "supported combinations". */
export const CPU_MEMORY_COMBINATIONS: readonly (readonly [cpuMillis: number, memoryBytes: readonly number[]])[] = [
  [125, [0.25 * G, 0.5 * G, 1 * G]],
  [250, [0.5 * G, 1 * G, 2 * G]],
  [500, [1 * G, 2 * G, 4 * G]],
  [1000, [2 * G, 4 * G, 8 * G]],
  [2000, [4 * G, 8 * G, 16 * G]],
  [4000, [8 * G, 16 * G, 32 * G]],
  [6000, [12 * G, 24 * G, 48 * G]],
  [8000, [16 * G, 32 * G]],
  [10_000, [20 * G, 40 * G]],
  [12_000, [24 * G, 48 * G]],
];

/** Functions come in fewer sizes. */
export const FUNCTION_SIZES: typeof CPU_MEMORY_COMBINATIONS = [
  [250, [1 * G]],
  [500, [2 * G]],
  [1000, [4 * G]],
];
