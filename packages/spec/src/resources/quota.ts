/** Ours: what a project may have and has. The public platform has the same quotas and changes them by a support case. */
import { Type, type Described, type JsonSchema, type Static } from '../json-schema.ts';
import { QUOTA_KEYS, quotaLimitMax, quotaName } from '../quotas.ts';
import { words } from './schema.ts';

const QUOTA_NAMES = QUOTA_KEYS.map(quotaName);

export const Quota = Type.Object({
  name: words(QUOTA_NAMES),
  limit: Type.Integer({ description: 'What holds now' }),
  limit_default: Type.Integer({ description: 'What holds unless an administrator says otherwise' }),
  limit_max: Type.Integer({ description: 'The most that an administrator can give' }),
  used: Type.Integer(),
});
export type Quota = Static<typeof Quota>;

export const ProjectQuotas = Type.Object({ project_id: Type.String(), quotas: Type.Array(Quota) });
export type ProjectQuotas = Static<typeof ProjectQuotas>;

/** New limits by name; `null` is the default again. */
export const ProjectQuotasPatch: Described<Readonly<Record<string, number | null>>> = Type.Unsafe({
  type: 'object',
  properties: Object.fromEntries(QUOTA_KEYS.map((key) => [quotaName(key), limitSchema(quotaLimitMax(key))])),
  additionalProperties: false,
});
export type ProjectQuotasPatch = Static<typeof ProjectQuotasPatch>;

function limitSchema(maximum: number): JsonSchema {
  return Type.Integer({ minimum: 0, maximum });
}
