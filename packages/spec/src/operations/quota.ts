/** Operations on the quotas of a project. Ours, in the style of v2. */
import { P, type Operation } from '../operation.ts';
import * as quota from '../resources/quota.ts';

export const QUOTA_OPERATIONS = {
  getProjectQuotas: {
    method: 'GET',
    path: `${P}/quotas`,
    access: 'view',
    summary: 'Get the quotas of a project, with what of them is used',
    returns: quota.ProjectQuotas,
    status: 200,
  },
  updateProjectQuotas: {
    method: 'PATCH',
    path: `${P}/quotas`,
    access: 'platform_administer',
    summary: 'Raise or lower quotas of a project; a limit below what is used only stops growth',
    body: quota.ProjectQuotasPatch,
    bodyKind: 'merge-patch',
    returns: quota.ProjectQuotas,
    status: 200,
  },
} as const satisfies Record<string, Operation>;
