/**
 * What makes two builds the same: the source's content and everything that is done to it. Base images are not part of the
 * key, because which ones a build needs is only known by unpacking; they are recorded with the result and compared.
 */
import { createHash } from 'node:crypto';
import type { BuildWorkload } from '@slipway/engine';

/** Raised whenever a plan or the way of building changes what an image contains. */
export const BUILDER_VERSION = 1;

export function reuseKeyFor(build: BuildWorkload): string {
  const parts = [
    BUILDER_VERSION,
    build.projectId,
    build.source.sha256,
    build.contextDir,
    build.strategy,
    build.strategy === 'dockerfile' ? build.specFile : '',
    Object.entries(build.buildArguments).toSorted(([left], [right]) => (left < right ? -1 : 1)),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
