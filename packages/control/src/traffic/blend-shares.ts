/** Shares on the way from some to others. Pure. */
import { percentOf, type Share } from './traffic-record.ts';

/** Per cent that change hands between the two. */
export function distance(from: readonly Share[], to: readonly Share[]): number {
  return to.reduce((sum, { revisionName, percent }) => sum + Math.max(0, percent - percentOf(from, revisionName)), 0);
}

/**
 * `moved` per cent of the requests have changed hands. Whole numbers that make 100: what rounding leaves over goes to
 * those who were cut most. Example: from a 100 to b 50, c 50 after 10 is a 90, b 5, c 5.
 */
export function blendShares(from: readonly Share[], to: readonly Share[], moved: number): readonly Share[] {
  const whole = distance(from, to);
  if (moved >= whole) return to;
  const names = [...new Set([...to, ...from].map(({ revisionName }) => revisionName))];
  const exact = names.map((revisionName) => {
    const [before, after] = [percentOf(from, revisionName), percentOf(to, revisionName)];
    const value = before + ((after - before) * moved) / whole;
    return { revisionName, percent: Math.floor(value), cut: value - Math.floor(value) };
  });
  const missing = 100 - exact.reduce((sum, { percent }) => sum + percent, 0);
  const raised = new Set(exact.toSorted((one, other) => other.cut - one.cut).slice(0, missing));
  return exact
    .map((share) => ({ revisionName: share.revisionName, percent: share.percent + (raised.has(share) ? 1 : 0) }))
    .filter(({ percent }) => percent > 0);
}
