/** Small makers over TypeBox so that resource files read like the contract. */
import { Type, type TSchema } from 'typebox';

/** One of a fixed list of words. */
export function words<const Words extends readonly string[]>(list: Words, options: object = {}) {
  return Type.Unsafe<Words[number]>({ type: 'string', enum: [...list], ...options });
}

export const Timestamp = Type.String({ description: 'ISO 8601, UTC', examples: ['2026-01-31T12:00:00.000Z'] });

export const ListFirstMetadata = Type.Object({ href: Type.Optional(Type.String()) });
export const ListNextMetadata = Type.Object({
  href: Type.Optional(Type.String()),
  start: Type.Optional(Type.String()),
});

/** The envelope that every list of the API shares. */
export function listOf<Key extends string, Item extends TSchema>(key: Key, item: Item) {
  return Type.Object({
    [key]: Type.Array(item),
    limit: Type.Integer(),
    first: optionalFirst(),
    next: optionalNext(),
  } as { [K in Key]: ReturnType<typeof Type.Array<Item>> } & {
    limit: ReturnType<typeof Type.Integer>;
    first: ReturnType<typeof optionalFirst>;
    next: ReturnType<typeof optionalNext>;
  });
}

function optionalFirst() {
  return Type.Optional(ListFirstMetadata);
}

function optionalNext() {
  return Type.Optional(ListNextMetadata);
}
