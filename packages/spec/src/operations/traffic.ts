/** Operations on the traffic of an app: ours, in the style of v2. */
import { P, type Operation } from '../operation.ts';
import * as traffic from '../resources/traffic.ts';

export const TRAFFIC_OPERATIONS = {
  getAppTraffic: {
    method: 'GET',
    path: `${P}/apps/{name}/traffic`,
    access: 'view',
    summary: 'Get the share of requests that each revision of an application gets',
    returns: traffic.AppTraffic,
    status: 200,
  },
  replaceAppTraffic: {
    method: 'PUT',
    path: `${P}/apps/{name}/traffic`,
    access: 'change',
    summary: 'Say which revisions get requests; for now the latest ready one gets all',
    body: traffic.AppTrafficPrototype,
    ifMatch: true,
    returns: traffic.AppTraffic,
    status: 200,
  },
} as const satisfies Record<string, Operation>;
