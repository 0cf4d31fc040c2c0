/** Binding: lends an app, a job or a function the credentials of a service. Source: API v2 models Binding, ComponentRef. */
import { Type, type Static } from '../json-schema.ts';
import { listOf, words } from './schema.ts';
import { ComponentRef, ComponentRefPrototype } from './shared.ts';

export const Binding = Type.Object({
  id: Type.Optional(Type.String()),
  component: ComponentRef,
  href: Type.Optional(Type.String()),
  prefix: Type.String(),
  project_id: Type.Optional(Type.String()),
  resource_type: Type.Optional(words(['binding_v2'])),
  secret_name: Type.String(),
  status: Type.Optional(Type.String()),
});
export type Binding = Static<typeof Binding>;
export const BindingList = listOf('bindings', Binding);
export type BindingList = Static<typeof BindingList>;

export const BindingPrototype = Type.Object(
  {
    component: ComponentRefPrototype,
    prefix: Type.String({
      minLength: 1,
      maxLength: 31,
      pattern: '^[A-Z]([_A-Z0-9]*[A-Z0-9])?$',
      description: 'Capital letters, digits and _, with a letter first and no _ last',
      examples: ['MY_COS'],
    }),
    secret_name: Type.String({ minLength: 1, maxLength: 253 }),
  },
  { additionalProperties: false },
);
export type BindingPrototype = Static<typeof BindingPrototype>;
