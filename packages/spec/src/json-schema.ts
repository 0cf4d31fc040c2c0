/**
 * JSON Schema and the TypeScript type it describes, from one expression: `Type.Object({ name: Type.String() })` is plain
 * JSON at run time and `{ name: string }` to `Static`. The nine makers are all that the contract needs; the library
 * they resemble loads 700 modules, which the command line would pay for at every call.
 */

/** Carries the described type; no such property exists at run time. */
declare const DESCRIBED: unique symbol;
/** Marks a property that may be missing. Not enumerable, so it never shows in the JSON. */
const OPTIONAL = Symbol('optional');

export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  /** What values under other names must be; `false` for no other names. */
  readonly additionalProperties?: boolean | JsonSchema;
  /** What is here may be a secret: no refusal shows it, and no answer to who may not change it. */
  readonly 'x-sensitive'?: boolean;
}

export interface Described<Value> extends JsonSchema {
  readonly [DESCRIBED]?: Value;
}
interface Optional {
  readonly [OPTIONAL]: true;
}

/** The TypeScript type that a schema describes. */
export type Static<Schema> = Schema extends Described<infer Value> ? Value : never;

type Properties = Readonly<Record<string, JsonSchema>>;
type OptionalName<All extends Properties> = {
  [Name in keyof All]: All[Name] extends Optional ? Name : never;
}[keyof All];
type ObjectValue<All extends Properties> = Flat<
  { [Name in Exclude<keyof All, OptionalName<All>>]: Static<All[Name]> } & {
    [Name in OptionalName<All>]?: Static<All[Name]>;
  }
>;
/** Shows an intersection as one object in editors and messages. */
type Flat<Value> = { [Name in keyof Value]: Value[Name] };

interface Notes {
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly 'x-sensitive'?: boolean;
}
interface StringRules extends Notes {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}
interface IntegerRules extends Notes {
  readonly minimum?: number;
  readonly maximum?: number;
}
interface ArrayRules extends Notes {
  readonly minItems?: number;
  readonly maxItems?: number;
}

export const Type = {
  String: (rules: StringRules = {}): Described<string> => ({ type: 'string', ...rules }),
  Integer: (rules: IntegerRules = {}): Described<number> => ({ type: 'integer', ...rules }),
  Number: (rules: Notes = {}): Described<number> => ({ type: 'number', ...rules }),
  Boolean: (rules: Notes = {}): Described<boolean> => ({ type: 'boolean', ...rules }),
  Array: <Item extends JsonSchema>(items: Item, rules: ArrayRules = {}): Described<Static<Item>[]> => ({
    type: 'array',
    items,
    ...rules,
  }),
  Object: describeObject,
  /** A map of values under names of the caller's choice. */
  Record: <Value extends JsonSchema>(value: Value, rules: Notes = {}): Described<Record<string, Static<Value>>> => ({
    type: 'object',
    additionalProperties: value,
    ...rules,
  }),
  /** The property may be missing. */
  Optional: <Schema extends JsonSchema>(schema: Schema): Schema & Optional =>
    Object.defineProperty({ ...schema }, OPTIONAL, { value: true }) as Schema & Optional,
  /** A schema whose type is stated by hand. */
  Unsafe: <Value>(schema: JsonSchema): Described<Value> => schema,
} as const;

function describeObject<All extends Properties>(
  properties: All,
  rules: Notes & { readonly additionalProperties?: boolean } = {},
): Described<ObjectValue<All>> & { readonly properties: All } {
  const required = Object.keys(properties).filter((name) => !(OPTIONAL in (properties[name] ?? {})));
  return { type: 'object', ...(required.length > 0 && { required }), properties, ...rules };
}
