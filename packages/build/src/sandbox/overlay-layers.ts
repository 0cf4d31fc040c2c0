/**
 * Finds out what a mounted overlay consists of, from mountinfo(5). buildah mounts a step's file system itself and tells
 * only where; to mount it again with shifted users one must know its layers. Pure.
 */
import { isAbsolute, join, relative } from 'node:path';

export interface OverlayLayers {
  /** Relative to the store's overlay folder, uppermost first, as the kernel wants them. */
  readonly lower: readonly string[];
  readonly upper: string;
}

/** undefined when nothing of that kind is mounted there. */
export function overlayLayersAt(mountinfo: string, mountPoint: string, overlayDir: string): OverlayLayers | undefined {
  const line = mountinfo
    .split('\n')
    .filter((entry) => entry.split(' ')[4] === mountPoint)
    .at(-1);
  const [, described] = line?.split(' - ') ?? [];
  const [type, , options] = described?.split(' ') ?? [];
  if (type !== 'overlay' || options === undefined) return undefined;
  const values = new Map(
    options.split(',').map((option) => {
      const equals = option.indexOf('=');
      return equals === -1 ? ([option, ''] as const) : ([option.slice(0, equals), option.slice(equals + 1)] as const);
    }),
  );
  const lower = values.get('lowerdir');
  const upper = values.get('upperdir');
  if (lower === undefined || upper === undefined) return undefined;
  return { lower: lower.split(':').map((path) => inside(path, overlayDir)), upper: inside(upper, overlayDir) };
}

/** With many layers containers/storage mounts them by paths relative to its overlay folder already. */
function inside(path: string, overlayDir: string): string {
  const found = isAbsolute(path) ? relative(overlayDir, path) : path;
  if (found === '' || found.startsWith('..')) {
    throw new RangeError(`Cannot mount layer "${path}": it is outside ${join(overlayDir)}`);
  }
  return found;
}
