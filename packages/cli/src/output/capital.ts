/** `ready` → `Ready`. */
export function capital(word: string | undefined): string {
  return word === undefined ? '' : `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`;
}
