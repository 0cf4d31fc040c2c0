/** Ours: whose requests from outside the apps of a project answer. The public platform keeps such rules outside of it. */
import { Type, type Static } from '../json-schema.ts';

export const INBOUND_RULES_MAX = 50;

export const InboundRule = Type.Object(
  {
    cidr_block: Type.String({ minLength: 1, maxLength: 18, description: 'Addresses that may ask, as 203.0.113.0/24' }),
    app: Type.Optional(Type.String({ minLength: 1, maxLength: 63, description: 'Absent: every app of the project' })),
  },
  { additionalProperties: false },
);
export type InboundRule = Static<typeof InboundRule>;

/** An app that no rule is about answers everybody; else those alone whom a rule names. */
export const InboundRules = Type.Object({ project_id: Type.String(), rules: Type.Array(InboundRule) });
export type InboundRules = Static<typeof InboundRules>;

export const InboundRulesReplacement = Type.Object(
  { rules: Type.Array(InboundRule, { maxItems: INBOUND_RULES_MAX }) },
  { additionalProperties: false },
);
export type InboundRulesReplacement = Static<typeof InboundRulesReplacement>;
