/** What a project may have: the default, or what an administrator wrote into its spec. Pure. */
import type { Resources } from '@slipway/engine';
import { PROJECT_QUOTAS, QUOTA_KEYS, quotaName, type ProjectQuotasPatch, type QuotaKey } from '@slipway/spec';

/** Limits that differ from the default. */
export type QuotaOverrides = Readonly<Partial<Record<QuotaKey, number>>>;

export function quotaLimit(overrides: QuotaOverrides | undefined, key: QuotaKey): number {
  return overrides?.[key] ?? PROJECT_QUOTAS[key];
}

/** What the engine keeps of the quotas. */
export function quotaResources(overrides: QuotaOverrides | undefined): Resources {
  return {
    instances: quotaLimit(overrides, 'instances'),
    cpuMillis: quotaLimit(overrides, 'cpuMillis'),
    memoryBytes: quotaLimit(overrides, 'memoryBytes'),
    ephemeralStorageBytes: quotaLimit(overrides, 'ephemeralStorageBytes'),
  };
}

/** A limit that is the default is not written down: should the default change one day, the project follows it. */
export function changedOverrides(before: QuotaOverrides | undefined, patch: ProjectQuotasPatch): QuotaOverrides {
  const after: Partial<Record<QuotaKey, number>> = { ...before };
  for (const key of QUOTA_KEYS) {
    const limit = patch[quotaName(key)];
    if (limit === undefined) continue;
    if (limit === null || limit === PROJECT_QUOTAS[key]) delete after[key];
    else after[key] = limit;
  }
  return after;
}

/**
 * Whether one more revision fits. An app that has as many as are kept makes room for its new one itself: with a limit of
 * 3, the app that has all 3 may be updated, another one may not be created.
 */
export function hasRevisionRoom(
  used: { readonly ofApp: number; readonly ofProject: number },
  limits: { readonly perApp: number; readonly perProject: number },
): boolean {
  return used.ofApp >= limits.perApp || used.ofProject < limits.perProject;
}
