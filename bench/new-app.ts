/**
 * A new app: from the call that creates it to its first answer, and the last stretch of every start, from the moment the
 * platform notices that an instance listens to the moment requests are led to it.
 */
import { copyFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Client } from '@slipway/client';
import { writeFolder } from '../test/app-folder.ts';
import { quantileOf, type BenchContext, type Figure } from './figure.ts';
import { waitAsleep } from './living-instances.ts';
import { askOnce, AT_REST, deployProgram, prepareStatic } from './measured-programs.ts';
import { clientOf, projectIdOf } from './platform-client.ts';
import { firstByteMs } from './programs.ts';
import { compileServer } from './static-server.ts';

/** Creations of a round. */
const APPS = 10;
/** Starts of a round. */
const STARTS = 15;
const BUDGET_MS = 2;
const BUDGET = `${BUDGET_MS} ms`;
const IN_PROGRAM = 'until the request is in the program';
const FROM_ZERO = 'from zero, nothing standing by';
const SIZE = { scale_cpu_limit: '0.125', scale_memory_limit: '250M' } as const;

const CREATE_FIGURE: Figure = {
  id: 'new-app',
  title: `From the call that creates an app to its first answer, 95th percentile`,
  unit: 'ms',
  better: 'lower',
  targets: [{ baseline: FROM_ZERO, ratio: 2 }],
  rounds: 4,
  method: `The image is on the machine. An app is created by one call to the API; as soon as the call is answered, its public URL is
asked, and again after a millisecond for as long as the answer is no success. Counted from the moment the call is sent to
the first byte of the first answer 200. "${FROM_ZERO}" is one request to an app of the same image and size
without an instance (\`--standby none\`). Each is the 95th percentile of ${APPS} in a round.`,
  limit: `Two rows become durable before the call is answered, then the app is reconciled: its revision, its image and its
environment are looked up, and HAProxy, the project's name server and the firewall hear of it. Then it starts as from zero.`,
  prepare: async (context, stack) => {
    const { platform } = context;
    if (!platform) throw new Error('Cannot measure a new app: the platform was left out');
    const program = await prepareStatic(context);
    const flags = ['--standby', 'none', '--cpu', '0.125', '--memory', '250M'];
    const url = await deployProgram(program, { platform, stack, flags });
    const client = await clientOf(platform.config);
    const project_id = await projectIdOf(client);
    const { image_reference } = await client.getApp({ params: { project_id, name: program.kind } });
    const asleep = () => waitAsleep(platform.config);
    const fromZero = quantileOf(APPS, 0.95, async () => {
      await asleep();
      return askOnce(url);
    });
    let created = 0;
    const fromCall = quantileOf(APPS, 0.95, async () => {
      const name = `new-${created++}`;
      await asleep();
      return createdMs({ client, project_id, name, image_reference, like: url });
    });
    return [
      { name: FROM_ZERO, measure: fromZero },
      { name: 'slipway', measure: fromCall },
    ];
  },
};

const ROUTED_FIGURE: Figure = {
  id: 'ready-routed',
  title: 'From an instance that is known to listen to requests that are led to it, 99th percentile',
  unit: 'ms',
  better: 'lower',
  targets: [{ baseline: BUDGET, ratio: 1 }],
  rounds: 3,
  method: `One request to an app without an instance, with nothing that stands by. "slipway" is the phase \`route\` in the
\`Server-Timing\` of its answer: by the daemon's own clock, from the answer of the probe by which it notices that the
instance listens, until HAProxy has said that it leads the app's hosts there; to a tenth of a millisecond. "${IN_PROGRAM}" is by
the clock of the program, a static server: from the first connection, which is that probe, until the request that woke it is
read. It holds the way of the held request through HAProxy too, and how the two processes share the processors: where both
connections are accepted in one turn it is next to nothing, where the program must wait for its turn it is that. The 99th
percentile of ${STARTS} starts in a round, nearly the slowest; "${BUDGET}" is the bound to keep.`,
  limit: `One write of commands to HAProxy, each some hundredths of a millisecond, and its answer: two hand-overs between two
processes, which the program that has just begun, and what ends of the programs that made its sandbox, may hold up. ${AT_REST}`,
  prepare: async (context, stack) => {
    const { platform } = context;
    if (!platform) throw new Error('Cannot measure an instance: the platform was left out');
    const url = await deployClock(context, stack);
    const ask = async () => {
      await waitAsleep(platform.config);
      return askWoken(url);
    };
    return [
      { name: BUDGET, measure: async () => BUDGET_MS },
      { name: IN_PROGRAM, measure: quantileOf(STARTS, 0.99, async () => parseClock((await ask()).body)) },
      { name: 'slipway', measure: quantileOf(STARTS, 0.99, async () => parseRoute((await ask()).serverTiming)) },
    ];
  },
};

export const NEW_APP: readonly Figure[] = [CREATE_FIGURE, ROUTED_FIGURE];

/** Pure: milliseconds of what the clock of `fixtures/ready-clock.c` answers. */
export function parseClock(text: string): number {
  const [, micro] = /^(\d+)\n$/.exec(text) ?? [];
  if (micro === undefined) throw new Error(`Cannot read the clock of an instance: ${text.slice(0, 100)}`);
  return Number(micro) / 1000;
}

/** Pure: milliseconds of the last phase of the start that the request waited for. */
export function parseRoute(serverTiming: string): number {
  const [, ms] = /(?:^|, )route;dur=([\d.]+)(?:,|$)/.exec(serverTiming) ?? [];
  if (ms === undefined) throw new Error(`Cannot read the phase of a start: ${serverTiming.slice(0, 200)}`);
  return Number(ms);
}

interface WokenAnswer {
  readonly body: string;
  readonly serverTiming: string;
}

/** One request over a connection of its own. */
function askWoken(url: URL): Promise<WokenAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WokenAnswer>();
  const asked = get({ host: '127.0.0.1', port: url.port, headers: { host: url.host }, agent: false }, (answer) => {
    const serverTiming = String(answer.headers['server-timing'] ?? '');
    text(answer).then((body) => resolve({ body, serverTiming }), reject);
  });
  asked.on('error', reject);
  return promise;
}

async function deployClock(context: BenchContext, stack: AsyncDisposableStack): Promise<URL> {
  const { folder, platform } = context;
  if (!platform) throw new Error('Cannot measure an instance: the platform was left out');
  const server = await compileServer(join(folder, 'clock'), 'ready-clock');
  const appFolder = await writeFolder(join(folder, 'clock-app'), {
    Dockerfile: `FROM scratch\nCOPY ready-clock /ready-clock\nCMD ["/ready-clock"]\n`,
  });
  await copyFile(server, join(appFolder, 'ready-clock'));
  const program = { kind: 'static', argv: [server], appFolder } as const;
  return deployProgram(program, { platform, stack, flags: ['--standby', 'none'], name: 'clock' });
}

async function createdMs(app: {
  readonly client: Client;
  readonly project_id: string;
  readonly name: string;
  readonly image_reference: string;
  /** Of an app of the same project. */
  readonly like: URL;
}): Promise<number> {
  const { client, project_id, name, image_reference, like } = app;
  const host = like.host.replace(/^[^.]+/, name);
  const startedAt = performance.now();
  const body = { name, image_reference, image_port: 8080, scale_standby: 'none', ...SIZE } as const;
  await client.createApp({ params: { project_id }, body });
  const value = await firstByteMs({ port: Number(like.port), host, startedAt, isSuccess: true });
  await client.deleteApp({ params: { project_id, name } });
  return value;
}
