/** Ids in the form of a UUID, made from the randomness that control is given. */
import { createHash } from 'node:crypto';

const RANDOM_LENGTH = 32;

export function newResourceId(randomText: (length: number) => string): string {
  const hex = createHash('sha256').update(randomText(RANDOM_LENGTH)).digest('hex');
  // Version 8 of RFC 9562: the bits are ours to choose.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
