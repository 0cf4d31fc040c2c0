import assert from 'node:assert/strict';
import test from 'node:test';
import { Type, type Static } from './json-schema.ts';

const Pet = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    age: Type.Optional(Type.Integer({ minimum: 0 })),
    tags: Type.Array(Type.Object({ text: Type.Optional(Type.String()) })),
    kind: Type.Unsafe<'cat' | 'dog'>({ type: 'string', enum: ['cat', 'dog'] }),
  },
  { additionalProperties: false },
);

/** Compiles only when both types are the same. */
type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : never;
const isSame: Same<
  Static<typeof Pet>,
  { name: string; tags: { text?: string }[]; kind: 'cat' | 'dog'; age?: number }
> = true;

test('Type.Object() is plain JSON Schema, and its Static the type it describes', () => {
  assert.ok(isSame);
  assert.deepEqual(JSON.parse(JSON.stringify(Pet)), {
    type: 'object',
    required: ['name', 'tags', 'kind'],
    properties: {
      name: { type: 'string', minLength: 1 },
      age: { type: 'integer', minimum: 0 },
      tags: { type: 'array', items: { type: 'object', properties: { text: { type: 'string' } } } },
      kind: { type: 'string', enum: ['cat', 'dog'] },
    },
    additionalProperties: false,
  });
});

test('Type.Optional() leaves the schema it is given as it was', () => {
  const text = Type.String();
  Type.Optional(text);
  assert.deepEqual(Type.Object({ text }).required, ['text']);
});
