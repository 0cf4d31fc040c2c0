/** The quotas of a project under the names the API gives them: `configMaps` of the table is `config_maps` there. */
import { PROJECT_QUOTAS, QUOTA_RAISE_MAX } from './limits.ts';

export type QuotaKey = keyof typeof PROJECT_QUOTAS;

export const QUOTA_KEYS = Object.keys(PROJECT_QUOTAS) as readonly QuotaKey[];

/** `configMaps` → `config_maps`. */
export function quotaName(key: QuotaKey): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The most that an administrator can give one project. */
export function quotaLimitMax(key: QuotaKey): number {
  return PROJECT_QUOTAS[key] * QUOTA_RAISE_MAX;
}
