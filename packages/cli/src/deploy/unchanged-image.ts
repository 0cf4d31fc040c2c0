/** Every build has a place of its own in the registry; the same content is no change and makes no new revision. */
export function unchangedOr(current: string, built: string): string {
  return current.split('@')[1] === built.split('@')[1] ? current : built;
}
