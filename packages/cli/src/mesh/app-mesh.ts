/** What an app has set for calls of its project, read and stated in the one form in which it is declared. */
import type { AppMeshPrototype } from '@slipway/spec';
import type { ProjectScope } from '../project-scope.ts';
import { statementOf } from './mesh-words.ts';

/** As a field beside those of the app; absent when nothing is set. */
export async function readMesh(
  { client, project, signal }: ProjectScope,
  name: string,
): Promise<{ readonly mesh?: AppMeshPrototype }> {
  const mesh = statementOf(await client.getAppMesh({ params: { project_id: project.id, name }, signal }));
  return Object.keys(mesh).length === 0 ? {} : { mesh };
}

interface Statement {
  readonly name: string;
  readonly entityTag: string;
  readonly mesh: AppMeshPrototype;
}

/** All of it: what is left out has its default. Gives the tag that the app has then. */
export async function stateMesh({ client, project }: ProjectScope, statement: Statement): Promise<string> {
  const { entityTag: ifMatch, mesh: body, name } = statement;
  const stated = await client.replaceAppMesh({ params: { project_id: project.id, name }, ifMatch, body });
  return stated.entity_tag;
}
