/** How many instances the indices of a job make: `0-4,7` makes 6. */
export function arraySizeOf(indices: string): number {
  return indices.split(',').reduce((total, part) => {
    const [first = '', last = first] = part.split('-');
    return total + Number(last) - Number(first) + 1;
  }, 0);
}
