/** "Did you mean": the known word closest to a mistyped one, or undefined when none is close. */

/** Words longer than this are not compared: the work grows with the square of the length. */
const WORD_LENGTH_MAX = 64;

export function nearestWord(word: string, known: readonly string[]): string | undefined {
  if (word.length > WORD_LENGTH_MAX) return undefined;
  const wanted = normalized(word);
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(wanted, normalized(candidate));
    if (!best || distance < best.distance) best = { word: candidate, distance };
  }
  // A third of the letters may be wrong, and always two that changed places, unless the word has hardly more.
  const distanceMax = word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3));
  return best && best.distance <= distanceMax ? best.word : undefined;
}

/** Case and the two ways to join words are no difference: `imagePort` and `image-port` mean `image_port`. */
function normalized(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, '');
}

/** Levenshtein distance, one row at a time. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_value, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const substituted = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(substituted, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
