/**
 * What `slipway.yaml` may hold, as JSON Schema: made from the bodies of the create operations, so that a new field of the
 * API can be declared at once. What is added to them: values that come from a file or a variable, images and code that
 * come from a folder or a file, short forms of variables and components. Pure.
 */
import type { JsonSchema } from '../json-schema.ts';
import { BUILD_LIMITS } from '../limits.ts';
import { NAME_RULES } from '../names.ts';
import { AllowedOutboundDestinationPrototype } from '../resources/allowed-outbound-destination.ts';
import { AppPrototype } from '../resources/app.ts';
import { BindingPrototype } from '../resources/binding.ts';
import { BuildPrototype, STRATEGY_SIZES, STRATEGY_TYPES } from '../resources/build.ts';
import { ConfigMapPrototype } from '../resources/config-map.ts';
import { DomainMappingPrototype } from '../resources/domain-mapping.ts';
import { FunctionPrototype } from '../resources/function.ts';
import { JobPrototype } from '../resources/job.ts';
import { AppMeshPrototype } from '../resources/mesh.ts';
import { PersistentDataStorePrototype } from '../resources/persistent-data-store.ts';
import { SecretPrototype } from '../resources/secret.ts';
import { SubscriptionPrototype } from '../resources/subscription.ts';
import type { DeclaredKind } from './declared-kinds.ts';

/** Of one value; with `anyOf` the first alternative is the one that messages speak of. */
export interface ManifestRule extends JsonSchema {
  readonly properties?: Readonly<Record<string, ManifestRule>>;
  readonly items?: ManifestRule;
  readonly additionalProperties?: boolean | ManifestRule;
  readonly anyOf?: readonly ManifestRule[];
  /** Exactly one of these lists of properties is there. */
  readonly oneOf?: readonly { readonly required: readonly string[] }[];
  readonly const?: boolean;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly examples?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
}

/** Under which word the resources of a kind stand. Bindings have no name and are a list; the others stand under theirs. */
export const MANIFEST_SECTIONS = {
  config_map: 'config_maps',
  secret: 'secrets',
  persistent_data_store: 'persistent_data_stores',
  allowed_outbound_destination: 'allowed_outbound_destinations',
  build: 'builds',
  app: 'apps',
  job: 'jobs',
  function: 'functions',
  binding: 'bindings',
  domain_mapping: 'domain_mappings',
  subscription: 'subscriptions',
} as const satisfies Readonly<Record<DeclaredKind, string>>;

const VALUE_FROM_FILE = object({ file: { type: 'string', minLength: 1, description: 'Path, from the declaration' } });
const VALUE_FROM_VARIABLE = object({
  env: { type: 'string', minLength: 1, description: 'Variable of who applies; not stored in the declaration' },
});
const VALUE_FROM_INPUT = object({ stdin: { const: true, description: 'All of standard input, for one value only' } });

const CONFIG_VALUES = values([{ type: 'string' }, VALUE_FROM_FILE, VALUE_FROM_VARIABLE]);
const SECRET_VALUES = values([
  { type: 'string', 'x-sensitive': true },
  VALUE_FROM_FILE,
  VALUE_FROM_VARIABLE,
  VALUE_FROM_INPUT,
]);

const FOLDER: ManifestRule = { type: 'string', minLength: 1, description: 'Folder to build, from the declaration' };
const BUILD_FROM_FOLDER: ManifestRule = {
  description: 'Builds the image from a folder',
  anyOf: [
    FOLDER,
    {
      type: 'object',
      required: ['folder'],
      properties: {
        folder: FOLDER,
        strategy: { type: 'string', enum: [...STRATEGY_TYPES], description: 'Without it a Dockerfile decides' },
        dockerfile: { type: 'string', minLength: 1, maxLength: 1024 },
        context_dir: { type: 'string', maxLength: 1024 },
        size: { type: 'string', enum: [...STRATEGY_SIZES] },
        timeout: { type: 'integer', minimum: 1, maximum: BUILD_LIMITS.timeoutSecondsMax },
      },
      additionalProperties: false,
    },
  ],
};

const NAME: ManifestRule = { type: 'string', minLength: 1, maxLength: 253 };
const VARIABLES: ManifestRule = {
  type: 'object',
  description:
    'Environment variables, short: a text, or a key of a secret or a config map (by default of the same name)',
  additionalProperties: {
    anyOf: [
      { type: 'string', 'x-sensitive': true },
      { type: 'object', required: ['secret'], properties: { secret: NAME, key: NAME }, additionalProperties: false },
      {
        type: 'object',
        required: ['config_map'],
        properties: { config_map: NAME, key: NAME },
        additionalProperties: false,
      },
    ],
  },
};

const COMPONENT: ManifestRule = {
  description: 'What it leads to, e.g. app/web',
  anyOf: [
    { type: 'string', pattern: '^(app|job|function)/[a-z]([-a-z0-9]*[a-z0-9])?$', examples: ['app/web'] },
    {
      type: 'object',
      required: ['name', 'resource_type'],
      properties: { name: NAME, resource_type: { type: 'string', enum: ['app_v2', 'job_v2', 'function_v2'] } },
      additionalProperties: false,
    },
  ],
};

/** An app is told this by an operation of its own, as a whole. */
const MESH: ManifestRule = {
  ...AppMeshPrototype,
  description:
    'Who of the project may call it, and what is done about calls that fail; what is left out of it has its default',
  properties: {
    ...AppMeshPrototype.properties,
    mirror: { ...AppMeshPrototype.properties.mirror, oneOf: [{ required: ['app'] }, { required: ['tag'] }] },
  },
};

interface Additions {
  readonly properties?: Readonly<Record<string, ManifestRule>>;
  /** No longer required. */
  readonly optional?: readonly string[];
  readonly oneOf?: ManifestRule['oneOf'];
}

/** What each kind may say of a resource; its name stands before it. */
export const MANIFEST_RULES: Readonly<Record<DeclaredKind, ManifestRule>> = {
  config_map: ruleOf(ConfigMapPrototype, { properties: { data: CONFIG_VALUES } }),
  secret: ruleOf(SecretPrototype, { properties: { data: SECRET_VALUES }, optional: ['format'] }),
  persistent_data_store: ruleOf(PersistentDataStorePrototype, {}),
  allowed_outbound_destination: ruleOf(AllowedOutboundDestinationPrototype, {}),
  build: ruleOf(BuildPrototype, { optional: ['output_secret'] }),
  app: ruleOf(AppPrototype, {
    properties: { build: BUILD_FROM_FOLDER, env: VARIABLES, mesh: MESH },
    optional: ['image_reference'],
    oneOf: [{ required: ['image_reference'] }, { required: ['build'] }],
  }),
  job: ruleOf(JobPrototype, {
    properties: { build: BUILD_FROM_FOLDER, env: VARIABLES },
    optional: ['image_reference'],
    oneOf: [{ required: ['image_reference'] }, { required: ['build'] }],
  }),
  function: ruleOf(FunctionPrototype, {
    properties: {
      code: { type: 'string', minLength: 1, description: 'File with the code, from the declaration' },
      env: VARIABLES,
    },
    optional: ['code_reference'],
    oneOf: [{ required: ['code_reference'] }, { required: ['code'] }],
  }),
  binding: ruleOf(BindingPrototype, { properties: { component: COMPONENT } }),
  domain_mapping: ruleOf(DomainMappingPrototype, { properties: { component: COMPONENT } }),
  subscription: ruleOf(SubscriptionPrototype, { properties: { component: COMPONENT } }),
};

export const MANIFEST_SCHEMA: ManifestRule = {
  type: 'object',
  properties: {
    set: {
      type: 'string',
      minLength: 1,
      maxLength: NAME_RULES.applied_set.lengthMax,
      pattern: NAME_RULES.applied_set.pattern.source,
      description: 'Name under which the platform remembers what this declaration made; default "default"',
    },
    ...Object.fromEntries(
      (Object.entries(MANIFEST_SECTIONS) as [DeclaredKind, string][]).map(([kind, section]) => {
        const rule = MANIFEST_RULES[kind];
        const isList = kind === 'binding';
        return [
          section,
          isList ? { type: 'array', items: rule } : { type: 'object', additionalProperties: rule },
        ] as const;
      }),
    ),
  },
  additionalProperties: false,
};

/** The published page: for editors. */
export function renderManifestSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'slipway.yaml',
    description: 'Resources of a project, for slipway apply, diff, export and deploy',
    ...withoutMarks(MANIFEST_SCHEMA),
  };
}

/** Marks of ours are no business of editors. */
function withoutMarks<Value>(value: Value): Value {
  const text = JSON.stringify(value, (key, part: unknown) => (key === 'x-sensitive' ? undefined : part));
  return JSON.parse(text) as Value;
}

function ruleOf(prototype: ManifestRule, { properties = {}, optional = [], oneOf }: Additions): ManifestRule {
  const { name: _name, ...fields } = prototype.properties ?? {};
  const required = (prototype.required ?? []).filter((one) => one !== 'name' && !optional.includes(one));
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    properties: { ...fields, ...properties },
    additionalProperties: false,
    ...(oneOf && { oneOf }),
  };
}

function object(properties: Readonly<Record<string, ManifestRule>>): ManifestRule {
  return { type: 'object', required: Object.keys(properties), properties, additionalProperties: false };
}

function values(anyOf: readonly ManifestRule[]): ManifestRule {
  return { type: 'object', additionalProperties: { anyOf } };
}
