/** Which image of the store the first part of a Dockerfile became, kept beside what was built from whole sources. */
import type { ReuseIndex } from '../reuse/reuse-index.ts';

export interface HeadIndex {
  get(key: string): string | undefined;
  put(key: string, imageId: string): Promise<void>;
}

/** `repository`: that of the build, so that a project's entries go with its repositories. */
export function headIndexOf(index: ReuseIndex, repository: string): HeadIndex {
  const named = (key: string): string => `head ${key}`;
  return {
    get: (key) => index.get(named(key))?.imageId,
    put: (key, imageId) => index.put(named(key), { imageId, digest: '', repository, bases: [], summary: '' }),
  };
}
