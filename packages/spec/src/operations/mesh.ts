/** Operations on calls between the apps of a project: ours, in the style of v2. */
import { P, type Operation } from '../operation.ts';
import * as mesh from '../resources/mesh.ts';

export const MESH_OPERATIONS = {
  getAppMesh: {
    method: 'GET',
    path: `${P}/apps/{name}/mesh`,
    access: 'view',
    summary: 'Get who of the project may call an application, and what is done about calls that fail',
    returns: mesh.AppMesh,
    status: 200,
  },
  replaceAppMesh: {
    method: 'PUT',
    path: `${P}/apps/{name}/mesh`,
    access: 'change',
    summary:
      'Say who of the project may call an application, and what is done about calls that fail; what is left out has its default',
    body: mesh.AppMeshPrototype,
    ifMatch: true,
    returns: mesh.AppMesh,
    status: 200,
  },
} as const satisfies Record<string, Operation>;
