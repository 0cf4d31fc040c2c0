/** What a Reader of a project is not shown: the values of its secrets and config maps. Their keys are. */
import type { CallerIdentity } from '@slipway/spec';
import type { CommandContext } from '../command-context.ts';
import type { ProjectScope } from '../project-scope.ts';

/** True when values come as a mask, which must not be taken for what is there. */
export async function areValuesHidden({ client, project, signal }: ProjectScope): Promise<boolean> {
  return hidesValues(await client.getCaller({ signal }), project.id);
}

/** Pure. Any role on the platform but Administrator says nothing of what is in projects. */
export function hidesValues({ platform_role: role, projects }: CallerIdentity, projectId: string): boolean {
  if (role === 'administrator') return false;
  return projects.find(({ project_id: id }) => id === projectId)?.role === 'reader';
}

export function sayHidden(context: Pick<CommandContext, 'say'>, what: string): void {
  context.say(`Values of secrets and config maps are hidden from the role Reader: ${what}`);
}
