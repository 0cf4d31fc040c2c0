/** What a credential and a role cost each call: the same answer-less work with none, with the administrator's token, with a key. */
import { connectTo, medianMs, type Service } from './api-load.ts';
import { openProject } from './api-ground.ts';
import type { Figure, Series } from './figure.ts';

const CALLS = 200;
const USER = 'bench@example.com';

export const ACCESS_FIGURE: Figure = {
  id: 'api-access',
  title: 'API: who calls, and may they',
  unit: 'ms',
  better: 'lower',
  targets: [],
  rounds: 9,
  method: `Median of ${CALLS} calls, one after the other. "no credential asked" is GET /healthz: HTTP alone. The others read an empty list of
config maps: by the token of the machine's administrator, and by an API key of a user who is a Reader of the project.`,
  limit: `Roles and keys are in memory: deciding costs microseconds. The rest of the difference is the query and the answer.`,
  prepare: async (context, stack) => {
    const project = await openProject(context, stack);
    const { api } = context.platform?.config ?? {};
    const member = project.path.replace(/config_maps$/, `members/${USER}`);
    await project.service.ask({ method: 'PUT', path: member, body: JSON.stringify({ role: 'reader' }) });
    const made = await project.service.ask({
      method: 'POST',
      path: '/v2/api_keys',
      body: JSON.stringify({ name: 'bench', owner: USER }),
    });
    const { apikey, id } = JSON.parse(made) as { readonly apikey: string; readonly id: string };
    stack.defer(async () => {
      await project.service.ask({ method: 'DELETE', path: `/v2/api_keys/${id}` });
    });
    const reader = connectTo(`http://${api?.address}:${api?.port}`, { authorization: `Bearer ${apikey}` });
    stack.defer(() => reader.close());
    const series = (name: string, service: Service, path: string): Series => ({
      name,
      measure: () => medianMs(CALLS, () => service.ask({ method: 'GET', path })),
    });
    return [
      series('no credential asked', project.service, '/healthz'),
      series('administrator', project.service, project.path),
      series('slipway', reader, project.path),
    ];
  },
};
