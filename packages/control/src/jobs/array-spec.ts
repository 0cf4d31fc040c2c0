/** The indices of a job, as the public API writes them: `0-4,7,9-10`. Pure. */
import { JOB_LIMITS } from '@slipway/spec';
import type { FieldProblem } from '../refuse.ts';

type Range = readonly [first: number, last: number];

/** How many instances the indices make: `0-4,7` makes 6. */
export function arraySizeOf(spec: string): number {
  return rangesOf(spec).reduce((total, [first, last]) => total + last - first + 1, 0);
}

export function arraySpecProblem(spec: string): FieldProblem | undefined {
  const field = 'scale_array_spec';
  const ranges = rangesOf(spec).toSorted(([one], [other]) => one - other);
  const reversed = ranges.find(([first, last]) => first > last);
  if (reversed) {
    const [first, last] = reversed;
    return { field, value: spec, rule: `${first}-${last} ends before it begins`, fix: `Write ${last}-${first}` };
  }
  const isTwice = ranges.some(([first], at) => first <= (ranges[at - 1]?.[1] ?? -1));
  if (isTwice) return { field, value: spec, rule: 'it names an index twice', fix: 'Name each index once' };
  const [, largest = 0] = ranges.at(-1) ?? [];
  if (largest > JOB_LIMITS.arrayIndexMax) {
    const fix = `Take indices up to ${JOB_LIMITS.arrayIndexMax}`;
    return { field, value: spec, rule: `index ${largest} is too large`, fix };
  }
  const size = arraySizeOf(spec);
  if (size <= JOB_LIMITS.arraySizeMax) return undefined;
  const fix = `Take at most ${JOB_LIMITS.arraySizeMax}, and start several runs`;
  return { field, value: spec, rule: `it makes ${size} instances`, fix };
}

function rangesOf(spec: string): readonly Range[] {
  return spec.split(',').map((part) => {
    const [first = '', last = first] = part.split('-');
    return [Number(first), Number(last)];
  });
}
