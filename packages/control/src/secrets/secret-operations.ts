/**
 * Operations on secrets. A secret keeps its format for life. Revisions hold a sealed copy of the variables they were made
 * with, so a secret may change or go while they run; where it is mounted the files change with it. Whoever waits for it
 * is told when it comes.
 */
import type { Secret } from '@slipway/spec';
import { changeSpec, requireIfMatch } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { listInProject } from '../list-in-project.ts';
import { namedProblem } from '../name-rule.ts';
import { requireOpenProject, requireProject } from '../projects/project-record.ts';
import { activateReferrers } from '../references/activate-referrers.ts';
import { invalidField, notFound, refuseProblem } from '../refuse.ts';
import { requireVolumeRoom } from '../volumes/project-volumes.ts';
import { openData, requireSecret, sealData, secretFrom, secretKey, type SecretSpec } from './secret-record.ts';
import { secretProblem } from './secret-rules.ts';
import { viewSecret } from './secret-view.ts';

type SecretOperations = 'listSecrets' | 'createSecret' | 'getSecret' | 'replaceSecret' | 'deleteSecret';

export function secretOperations(context: ControlContext): Pick<OperationHandlers, SecretOperations> {
  const { facts, secretBox, store } = context;
  return {
    listSecrets: async ({ params, query }) => {
      const { format } = query;
      const { items, ...page } = await listInProject(context, {
        kind: 'secret',
        projectId: params.project_id,
        query,
        path: 'secrets',
        ...(format !== undefined && { filter: { name: 'format', owner: format } }),
        toItem: (row) => viewSecret(secretFrom(row), facts),
      });
      return { secrets: items, ...page };
    },
    createSecret: (call) => createSecret(context, call),
    getSecret: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      const secret = await requireSecret(store, project.id, params.name);
      return viewSecret(secret, facts, openData(secretBox, secret));
    },
    replaceSecret: (call) => replaceSecret(context, call),
    deleteSecret: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      const key = secretKey(project.id, params.name);
      if (!(await store.delete(key))) throw notFound('secret', params.name);
      await activateReferrers(context, key);
      return {};
    },
  };
}

async function createSecret(context: ControlContext, { params, body }: Call<'createSecret'>): Promise<Secret> {
  const { name, format, data = {}, service_access: serviceAccess } = body;
  const project = await requireOpenProject(context.store, params.project_id);
  const hasServiceAccess = serviceAccess?.service_instance.id !== undefined;
  refuseProblem(namedProblem('secret', name) ?? secretProblem(format, data, { hasServiceAccess }));
  const key = secretKey(project.id, name);
  await requireVolumeRoom(context, project.id, { key, data });
  const created = await createInProject(context, {
    key,
    quota: 'secrets',
    owner: format,
    specFor: (id): SecretSpec => ({
      format,
      ...sealData(context.secretBox, id, data),
      ...(serviceAccess && { serviceAccess }),
    }),
  });
  await activateReferrers(context, key);
  return viewSecret(secretFrom(created), context.facts, data);
}

/** The whole data is replaced: a key that is not sent is gone. */
async function replaceSecret(context: ControlContext, call: Call<'replaceSecret'>): Promise<Secret> {
  const { params, body, ifMatch } = call;
  const { format, data = {} } = body;
  const project = await requireOpenProject(context.store, params.project_id);
  const key = secretKey(project.id, params.name);
  const { spec } = await requireSecret(context.store, project.id, params.name);
  if (format !== spec.format) {
    const rule = `the secret has format ${spec.format}, for life`;
    throw invalidField({ field: 'format', value: format, rule, fix: 'Keep the format, or create another secret' });
  }
  refuseProblem(secretProblem(format, data, { hasServiceAccess: spec.serviceAccess !== undefined }));
  await requireVolumeRoom(context, project.id, { key, data });
  const changed = await changeSpec<SecretSpec>(context.store, key, {
    ifMatch: requireIfMatch(ifMatch, key),
    decide: (stored) => {
      const current = secretFrom(stored);
      // One of another format took the name meanwhile.
      if (current.spec.format !== format) throw notFound('secret', params.name);
      return { ...current.spec, ...sealData(context.secretBox, current.id, data) };
    },
  });
  if (!changed) throw notFound('secret', params.name);
  await activateReferrers(context, key);
  return viewSecret(secretFrom(changed), context.facts, data);
}
