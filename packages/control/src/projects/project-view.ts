/** A stored project in the shape of the API. */
import type { Project, Reclamation } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import type { ProjectRecord } from './project-record.ts';
import { projectStatus } from './project-status.ts';

export function viewProject(project: ProjectRecord, facts: PlatformFacts, now: Date): Project {
  return {
    id: project.id,
    name: project.spec.name,
    account_id: facts.accountId,
    created_at: project.createdAt,
    crn: `crn:v1:${facts.platformName}:public:codeengine:${facts.region}:a/${facts.accountId}:${project.id}::`,
    href: projectHref(project.id, facts),
    region: facts.region,
    resource_group_id: project.spec.resourceGroupId,
    resource_type: 'project_v2',
    status: projectStatus(project, now),
  };
}

/** Undefined of a project that cannot be restored, because it is not deleted, or goes for good already. */
export function viewReclamation(project: ProjectRecord, facts: PlatformFacts, now: Date): Reclamation | undefined {
  const { deletedAt, name, softDeleted } = project.spec;
  if (!softDeleted || deletedAt !== undefined) return undefined;
  return {
    id: project.id,
    project_name: name,
    deleted_at: softDeleted.at,
    target_time: softDeleted.until,
    status: projectStatus(project, now),
    href: `${facts.apiBaseUrl}/reclamations/${project.id}`,
    resource_type: 'reclamation_v2',
  };
}

export function projectHref(projectId: string, facts: Pick<PlatformFacts, 'apiBaseUrl'>): string {
  return `${facts.apiBaseUrl}/projects/${projectId}`;
}
