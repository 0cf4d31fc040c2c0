/** Small makers over the schema ones, so that resource files read like the contract. */
import { Type, type Described, type JsonSchema, type Static } from '../json-schema.ts';

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
export function listOf<Key extends string, Item extends JsonSchema>(key: Key, item: Item) {
  return Type.Object({ [key]: Type.Array(item), ...pageFields } as PageFields & Record<Key, Described<Static<Item>[]>>);
}

const pageFields = {
  limit: Type.Integer(),
  first: Type.Optional(ListFirstMetadata),
  next: Type.Optional(ListNextMetadata),
};
type PageFields = typeof pageFields;

/** What nearly every resource of a project says about itself. */
export const identityFields = {
  id: Type.Optional(Type.String()),
  project_id: Type.Optional(Type.String()),
  region: Type.Optional(Type.String()),
  created_at: Type.Optional(Timestamp),
  href: Type.Optional(Type.String()),
};
