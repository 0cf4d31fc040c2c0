/** Every image that a revision of any project is pinned to: what must stay on the machine. */
import type { Store } from '../store.ts';
import { walkStore } from '../walk-store.ts';
import { revisionFrom } from './revision-record.ts';

export async function listPinnedImages(store: Store): Promise<ReadonlySet<string>> {
  const images = new Set<string>();
  for await (const stored of walkStore(store, { kind: 'app_revision' })) {
    const { image } = revisionFrom(stored).status;
    if (image) images.add(image.reference);
  }
  return images;
}
