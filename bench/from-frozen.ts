/**
 * What freezing an instance between its requests costs and saves: the first byte of an app that sleeps frozen, the slowest
 * of many, and the processor time of a program that would go on working. The second baseline is an app that is always
 * awake and is asked after the same rest of the machine, because a machine at rest makes its first request slow, too.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeFolder } from '../test/app-folder.ts';
import type { TestPlatform } from '../test/platform.ts';
import { quantileOf, type BenchContext, type Figure } from './figure.ts';
import { cpuNanoseconds, groupOf } from './instance-group.ts';
import { rest, waitAwake, waitStandingBy, type LivingInstance } from './living-instances.ts';
import { askOnce, AT_REST, bareSeries, deployProgram, prepareNode, type Program } from './measured-programs.ts';

const AWAKE_NAME = 'awake';
const AWAKE = 'awake after the same rest';
const WARM = 'warm request';
/** Asks of a round; their 99th percentile is nearly the slowest of them. */
const ASKS = 15;
const CPU_WINDOW_MS = 5000;
const TICK_MS = 10;

const METHOD = `One request to the public URL of a Node.js app that sleeps frozen; over a connection of its own, time until the first byte.
"${AWAKE}" is the same request to a second app of the same program, of which one instance always runs (\`--min-scale 1\`),
after nothing was asked for as long. `;

const LIMIT = `The way over the activator: HAProxy asks it, it tells HAProxy of the instance in one write, lets it go on, and hands the
request back to HAProxy. The kernel's part, letting the processes go on, is far below a millisecond. ${AT_REST}`;

const MEDIAN_FIGURE: Figure = {
  id: 'from-zero-frozen',
  title: 'From a frozen instance to the first byte, Node.js app',
  unit: 'ms',
  better: 'lower',
  targets: [
    { baseline: `${WARM} and 1.5 ms`, ratio: 1 },
    { baseline: `${AWAKE}, and 1.5 ms`, ratio: 1 },
  ],
  rounds: 25,
  method: `${METHOD}"${WARM}" is the second of two requests to the frozen app, one right after the other.`,
  limit: LIMIT,
  prepare: async (context, stack) => {
    const { platform } = context;
    if (!platform) return [bareSeries(await prepareNode(context))];
    const { frozen, awake } = await deployBoth(context, { platform, stack });
    const warmMs = async () => {
      await askOnce(frozen.url);
      return askOnce(frozen.url);
    };
    const awakeMs = () => askRested(awake);
    return [
      { name: `${WARM} and 1.5 ms`, measure: async () => (await warmMs()) + 1.5 },
      { name: WARM, measure: warmMs },
      { name: `${AWAKE}, and 1.5 ms`, measure: async () => (await awakeMs()) + 1.5 },
      { name: AWAKE, measure: awakeMs },
      { name: 'slipway', measure: frozen.ask },
    ];
  },
};

const TAIL_FIGURE: Figure = {
  id: 'from-zero-frozen-p99',
  title: 'From a frozen instance to the first byte, Node.js app, 99th percentile',
  unit: 'ms',
  better: 'lower',
  targets: [{ baseline: `${AWAKE}, and 5 ms`, ratio: 1 }],
  rounds: 3,
  method: `${METHOD}A round asks each ${ASKS} times; the figure is the 99th percentile of these, so nearly the slowest of a round.`,
  limit: LIMIT,
  prepare: async (context, stack) => {
    const { platform } = context;
    if (!platform) return [bareSeries(await prepareNode(context))];
    const { frozen, awake } = await deployBoth(context, { platform, stack });
    const awakeMs = quantileOf(ASKS, 0.99, () => askRested(awake));
    return [
      { name: `${AWAKE}, and 5 ms`, measure: async () => (await awakeMs()) + 5 },
      { name: 'slipway', measure: quantileOf(ASKS, 0.99, frozen.ask) },
    ];
  },
};

const TICKER = `
setInterval(() => undefined, ${TICK_MS});
require('node:http').createServer((request, response) => response.end('hello\\n')).listen(Number(process.env.PORT));
process.on('SIGTERM', () => process.exit(0));
`;

const CPU_FIGURE: Figure = {
  id: 'frozen-cpu',
  title: 'Processor time of a frozen instance',
  unit: 'ms of CPU per s',
  better: 'lower',
  targets: [{ baseline: 'the same instance awake', ratio: 0 }],
  rounds: 4,
  method: `A Node.js app that does nothing every ${TICK_MS} ms, without requests: what its control group has used after
${CPU_WINDOW_MS / 1000} s more than before, counted by the kernel in nanoseconds. Once always awake (\`--min-scale 1\`), once frozen.`,
  limit: `None: a frozen process is not scheduled, so the target is nothing at all. Its memory stays.`,
  prepare: async (context, stack) => {
    const { platform } = context;
    if (!platform) throw new Error('Cannot measure a frozen instance: the platform was left out');
    const appFolder = await writeFolder(join(context.folder, 'ticker-app'), {
      'package.json': JSON.stringify({ name: 'ticker', scripts: { start: 'node server.js' } }),
      'server.js': TICKER,
    });
    const program: Program = { kind: 'node', argv: [process.execPath], appFolder };
    const awake = await deployProgram(program, { platform, stack, flags: ['--min-scale', '1'], name: 'ticks' });
    await askOnce(awake);
    await deployProgram(program, { platform, stack, flags: ['--standby', 'frozen'], name: 'stands' });
    return [
      { name: 'the same instance awake', measure: async () => cpuOf(await waitAwake(platform.config, 'ticks')) },
      { name: 'slipway', measure: async () => cpuOf(await waitStandingBy(platform.config, 'stands', 'frozen')) },
    ];
  },
};

export const FROM_FROZEN: readonly Figure[] = [MEDIAN_FIGURE, TAIL_FIGURE, CPU_FIGURE];

interface FrozenApp {
  readonly url: URL;
  /** Waits until it sleeps. */
  readonly ask: () => Promise<number>;
}

export async function deployFrozen(
  program: Program,
  parts: { readonly platform: TestPlatform; readonly stack: AsyncDisposableStack },
): Promise<FrozenApp> {
  const url = await deployProgram(program, { ...parts, flags: ['--standby', 'frozen'] });
  const ask = async () => {
    await waitStandingBy(parts.platform.config, program.kind, 'frozen');
    return askOnce(url);
  };
  return { url, ask };
}

async function deployBoth(
  context: BenchContext,
  parts: { readonly platform: TestPlatform; readonly stack: AsyncDisposableStack },
): Promise<{ readonly frozen: FrozenApp; readonly awake: URL }> {
  const program = await prepareNode(context);
  const frozen = await deployFrozen(program, parts);
  const awake = await deployProgram(program, { ...parts, flags: ['--min-scale', '1'], name: AWAKE_NAME });
  return { frozen, awake };
}

async function askRested(url: URL): Promise<number> {
  await rest();
  return askOnce(url);
}

async function cpuOf(instance: LivingInstance): Promise<number> {
  const group = await groupOf(instance);
  const before = await cpuNanoseconds(group);
  await delay(CPU_WINDOW_MS);
  return ((await cpuNanoseconds(group)) - before) / 1e6 / (CPU_WINDOW_MS / 1000);
}
