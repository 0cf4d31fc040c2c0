/** What an app has set for calls of its project, as it is stored: as the engine is told, but for where copies go. */
import type { MeshWorkload } from '@slipway/engine';

export interface MeshSpec extends Omit<MeshWorkload, 'mirror'> {
  readonly mirror?: MirrorSpec;
}

/** To another app, or to the revision with a tag. */
export type MirrorSpec = { readonly percent: number } & (
  | { readonly app: string; readonly tag?: never }
  | { readonly tag: string; readonly app?: never }
);
