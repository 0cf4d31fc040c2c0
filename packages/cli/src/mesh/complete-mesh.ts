/** What is stated of calls, with the defaults that the platform adds, so that it can be compared with what is there. Pure. */
import { MESH_DEFAULTS, type AppMeshPrototype } from '@slipway/spec';

export function completeMesh({ outliers, retries, ...mesh }: AppMeshPrototype): AppMeshPrototype {
  return {
    ...mesh,
    ...(retries && {
      retries: { budget_percent: MESH_DEFAULTS.retryBudgetPercent, any_method: false, ...retries },
    }),
    ...(outliers && {
      outliers: {
        consecutive_errors: MESH_DEFAULTS.consecutiveErrors,
        error_percent: MESH_DEFAULTS.errorPercent,
        requests_min: MESH_DEFAULTS.requestsMin,
        ejection_seconds: MESH_DEFAULTS.ejectionSeconds,
        ...outliers,
      },
    }),
  };
}
