/** The kinds of resources that a declaration may hold, each after those that it may refer to. */
export const DECLARED_KINDS = [
  'config_map',
  'secret',
  'persistent_data_store',
  'allowed_outbound_destination',
  'build',
  'app',
  'job',
  'function',
  'binding',
  'domain_mapping',
  'subscription',
] as const;
export type DeclaredKind = (typeof DECLARED_KINDS)[number];
