/**
 * The warm path with ten thousand hosts that are awake: where the proxy has to find each request's host among many, and
 * has certificates for all of them.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPlatform } from '../test/platform.ts';
import type { Figure } from './figure.ts';
import { addManyHosts, HOSTS, manyHosts } from './many-hosts.ts';
import { sleepSoon } from './sleep-soon.ts';
import { prepareTarget, proxyBaselines, WARM_METHOD, warmLoadSeries, type WarmMeasure } from './warm-path.ts';

const METHOD = `${WARM_METHOD} The platform's HAProxy has ${HOSTS} hosts of one awake app in its map, and a hundred certificates for them; they
are written by HAProxy's control socket, as the platform writes its own, because a quota of its API stands before so many
resources. Every request, to every proxy alike, is for the next one of these hosts. The proxies by hand know nothing of hosts.`;

const LIMIT = `The platform's HAProxy does per request what the one by hand does not: it looks the host up among ${HOSTS}, removes forged
headers, and keeps the app's concurrency limit, its queue and its timeout. Certificates cost handshakes alone.`;

export const WARM_HOSTS: readonly Figure[] = [
  {
    ...hostsFigure('throughput', `Warm path among ${HOSTS} hosts, requests per second`),
    unit: 'requests/s',
    better: 'higher',
    targets: [
      { baseline: 'HAProxy by hand', ratio: 0.97 },
      { baseline: 'Node.js proxy', ratio: 2.7 },
    ],
  },
  {
    ...hostsFigure('p99', `Warm path among ${HOSTS} hosts, 99th percentile of latency`),
    unit: 'ms',
    better: 'lower',
    targets: [{ baseline: 'HAProxy by hand', ratio: 1.1 }],
  },
];

function hostsFigure(
  measure: WarmMeasure,
  title: string,
): Pick<Figure, 'id' | 'title' | 'rounds' | 'method' | 'limit' | 'prepare'> {
  return {
    id: `warm-hosts-${measure}`,
    title,
    rounds: measure === 'throughput' ? 20 : 10,
    method: METHOD,
    limit: LIMIT,
    prepare: async (context, stack) => {
      const scriptPath = join(context.folder, 'many-hosts.lua');
      await writeFile(scriptPath, renderHostsScript(manyHosts()));
      const platform = context.platform && stack.use(await startPlatform({ tune: sleepSoon }));
      const { target, url } = await prepareTarget({ ...context, platform, appCount: 0 }, { stack });
      const load = { measure, scriptPath };
      const baselines = await proxyBaselines(target, { context, stack, ...load });
      if (!platform || !url) return baselines;
      await addManyHosts(platform.config, url.hostname, context.folder);
      return [...baselines, warmLoadSeries('slipway', `http://127.0.0.1:${url.port}/`, load)];
    },
  };
}

/** For wrk(1): each request is for the next host. Pure. */
export function renderHostsScript(hosts: readonly string[]): string {
  return `local hosts = { ${hosts.map((host) => `"${host}"`).join(', ')} }
local requests, at = {}, 0
init = function()
  for index, host in ipairs(hosts) do requests[index] = wrk.format("GET", "/", { Host = host }) end
end
request = function()
  at = at % #requests + 1
  return requests[at]
end
`;
}
