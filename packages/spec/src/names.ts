/** The name rules of the public API, each with the sentence a refusal shows. Source: API v2 parameter patterns. */

export interface NameRule {
  readonly pattern: RegExp;
  readonly lengthMax: number;
  readonly rule: string;
  readonly example: string;
}

const DNS_LABEL_RULE = 'lower-case letters, digits and "-", starting with a letter and ending with a letter or digit';

const DNS_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_NAME_RULE = 'lower-case letters, digits, "-" and ".", each part starting and ending with a letter or digit';
const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export const NAME_RULES = {
  app: { pattern: DNS_LABEL, lengthMax: 63, rule: DNS_LABEL_RULE, example: 'web-1' },
  build: { pattern: DNS_LABEL, lengthMax: 63, rule: DNS_LABEL_RULE, example: 'web-build' },
  build_run: {
    pattern: DNS_LABEL,
    lengthMax: 63,
    rule: DNS_LABEL_RULE,
    example: 'web-build-run-1',
  },
  revision: { pattern: DNS_LABEL, lengthMax: 63, rule: DNS_LABEL_RULE, example: 'web-00001' },
  config_map: { pattern: DNS_NAME, lengthMax: 253, rule: DNS_NAME_RULE, example: 'web-settings' },
  secret: { pattern: DNS_NAME, lengthMax: 253, rule: DNS_NAME_RULE, example: 'web-secret' },
  job: { pattern: DNS_LABEL, lengthMax: 63, rule: DNS_LABEL_RULE, example: 'nightly' },
  job_run: { pattern: DNS_LABEL, lengthMax: 53, rule: DNS_LABEL_RULE, example: 'nightly-jobrun-1' },
  function: { pattern: DNS_LABEL, lengthMax: 63, rule: DNS_LABEL_RULE, example: 'hello' },
  domain_mapping: {
    pattern: /^(?=.*[a-z])([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    lengthMax: 253,
    rule: 'a complete domain name in lower case',
    example: 'www.example.com',
  },
  persistent_data_store: { pattern: DNS_NAME, lengthMax: 253, rule: DNS_NAME_RULE, example: 'uploads' },
  allowed_outbound_destination: { pattern: DNS_LABEL, lengthMax: 63, rule: DNS_LABEL_RULE, example: 'database' },
  member: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9@._+-]*$/,
    lengthMax: 128,
    rule: 'letters, digits and @ . _ + -, starting with a letter or digit',
    example: 'anna@example.com',
  },
  subscription: { pattern: DNS_LABEL, lengthMax: 63, rule: DNS_LABEL_RULE, example: 'every-hour' },
  applied_set: { pattern: DNS_LABEL, lengthMax: 63, rule: DNS_LABEL_RULE, example: 'shop' },
  project: {
    pattern: /^[\p{L}\p{Nd} .:_-]+$/u,
    lengthMax: 128,
    rule: 'letters, digits, space and . : _ -',
    example: 'My project',
  },
} as const satisfies Record<string, NameRule>;

export type NamedKind = keyof typeof NAME_RULES;

/** The reason a name breaks its rule, or undefined when it is good. */
export function nameProblem(kind: NamedKind, name: string): string | undefined {
  const rule = NAME_RULES[kind];
  if (name.length === 0) return 'it is empty';
  if (name.length > rule.lengthMax) return `it has ${name.length} characters, at most ${rule.lengthMax} are allowed`;
  if (!rule.pattern.test(name)) return `allowed are ${rule.rule}`;
  return undefined;
}
