/** What an update means: a new revision, another look at the image's tag, another route, or nothing at all. */
import { parseImageReference } from '../image-reference.ts';
import type { AppSpec } from './app-record.ts';
import { makesSameRevision, type AppSettings } from './app-settings.ts';

/**
 * Undefined when nothing changes. `namesImage`: the update gave an image, if only the same as before. The same tag may
 * lead to another digest meanwhile, so it is looked up again; a reference with a digest cannot.
 */
export function decideUpdate(
  current: AppSpec,
  update: { readonly settings: AppSettings; readonly namesImage: boolean },
): AppSpec | undefined {
  const { settings, namesImage } = update;
  if (!makesSameRevision(current.settings, settings)) {
    return { ...current, settings, revisionNumber: current.revisionNumber + 1 };
  }
  const isPinned = parseImageReference(settings.image_reference)?.digest !== undefined;
  if (namesImage && !isPinned) return { ...current, settings, imageCheck: current.imageCheck + 1 };
  if (settings.managed_domain_mappings === current.settings.managed_domain_mappings) return undefined;
  return { ...current, settings };
}
