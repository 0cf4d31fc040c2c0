/** What the data of a config map or a secret may be. Values are never shown. Pure. */
import { DATA_LIMITS } from '@slipway/spec';
import type { FieldProblem } from './refuse.ts';

export type Data = Readonly<Record<string, string>>;

const KEY_PATTERN = /^[-._a-zA-Z0-9]+$/;

export function dataProblem(data: Data): FieldProblem | undefined {
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    const isFolder = key === '.' || key.startsWith('..');
    if (!KEY_PATTERN.test(key) || isFolder || key.length > DATA_LIMITS.keyLengthMax) {
      const rule = `a key has letters, digits and - . _, at most ${DATA_LIMITS.keyLengthMax} of them, and not .. first`;
      return { field: 'data', value: key, rule, fix: 'Take a key like LOG_LEVEL or settings.json' };
    }
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes <= DATA_LIMITS.bytesMax) return undefined;
  const rule = `all keys and values together may have ${DATA_LIMITS.bytesMax} bytes`;
  return { field: 'data', value: `${bytes} bytes`, rule, fix: 'Split it, or put large files into the image' };
}
