/** How many network namespaces a project keeps ready. Pure. */

/** Enough for the next start and one beside it. */
export const SPARE_MIN = 2;
/** For projects whose apps wake in waves. */
const SPARE_PER_PROJECT_MAX = 16;
/** Of all projects beyond their first ones: some 12 MiB of kernel memory. */
export const SPARES_MAX = 128;

/**
 * After a wave of starts as many as it took; after smaller ones half as many as before, so that a wave that does not
 * come back is forgotten. Worked example: 2, a wave of ten, then single starts: 10, 5, 3, 2.
 */
export function sparesWanted(before: number, taken: number): number {
  const wanted = Math.max(taken, Math.ceil(before / 2));
  return Math.min(SPARE_PER_PROJECT_MAX, Math.max(SPARE_MIN, wanted));
}
