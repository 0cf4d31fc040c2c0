/** A stored project in the shape of the API. */
import type { Project } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import type { ProjectRecord } from './project-record.ts';

export function viewProject(project: ProjectRecord, facts: PlatformFacts): Project {
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
    status: project.spec.deletedAt === undefined ? project.status.state : 'deleting',
  };
}

export function projectHref(projectId: string, facts: Pick<PlatformFacts, 'apiBaseUrl'>): string {
  return `${facts.apiBaseUrl}/projects/${projectId}`;
}
