/** Operations on the traffic of an app and on its instances: ours, in the style of v2. */
import { P, type Operation } from '../operation.ts';
import * as app from '../resources/app.ts';
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
    summary: 'Say which revisions get requests, at once or step by step, and which have a tag',
    body: traffic.AppTrafficPrototype,
    ifMatch: true,
    returns: traffic.AppTraffic,
    status: 200,
  },
  restartApp: {
    method: 'POST',
    path: `${P}/apps/{name}/restart`,
    access: 'change',
    summary: 'Replace the instances of an application, or one of them, without failing a request',
    body: traffic.AppRestartPrototype,
    returns: app.App,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
