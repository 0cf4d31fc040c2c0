/**
 * Sleeping apps that are asked one after the other, as on a machine with something to do: code and pages that a start
 * needs are at hand, because the one before has just used them. On a machine at rest, and most of all on a virtual one whose
 * host forgets the page tables of who sleeps, fetching them takes longer than all the rest.
 */
import { startPlatform, type TestPlatform, type WrittenConfig } from '../test/platform.ts';
import { addCopies, copiedHosts, isCopy } from './copied-apps.ts';
import type { Figure, Series } from './figure.ts';
import { containerSeries, START_SCENES, type Start } from './from-zero.ts';
import { rest, waitAllCreated, waitAsleep } from './living-instances.ts';
import { bareSeries, prepareNode, prepareStatic } from './measured-programs.ts';
import { firstByteMs } from './programs.ts';
import { sleepSoon } from './sleep-soon.ts';
import { quantile } from './statistics.ts';

const COUNT = 12;
/** The first of a row find the machine as cold as a rest left it. */
const NOT_COUNTED = 4;

const METHOD = `${COUNT} sleeping apps of one program, asked one after the other over their public URLs, each as soon as the one
before has answered: the median of the last ${COUNT - NOT_COUNTED}, because the first of a row find the machine as cold as a rest left it. The
baselines stand in rows of their own, started, asked directly every millisecond, and ended one after the other; containers
have the configuration of these instances and a user namespace and a network namespace made before. "crun run, filter
compiled before" has nothing to compile.`;

const LIMIT = {
  nothing: `Making the sandbox: "crun run, filter compiled before" is what crun and the kernel need. The instance's conmon, its overlay,
the activator, HAProxy and the look that finds the server listening come on top, and so do the network namespaces that are
made anew and the instances that end while the row goes on.`,
  created: `The bare process is the limit: the program's own boot. On top come the way of the request through HAProxy and the activator,
the byte that begins the process with what crun still does then, and the look that finds it listening.`,
} as const;

/** An app stays awake until the row is over: ends are no part of a start. */
const ROW_WINDOW_MS = 3000;

export const IN_A_ROW: readonly Figure[] = START_SCENES.map(([kind, start, targets]) => ({
  id: `in-a-row-${kind}${start === 'nothing' ? '' : '-created'}`,
  title: `Woken one after the other, ${start === 'nothing' ? 'from nothing' : 'from created sandboxes'}: ${kind === 'node' ? 'Node.js apps' : 'static binaries'}`,
  unit: 'ms',
  better: 'lower',
  targets,
  rounds: 9,
  method: METHOD,
  limit: LIMIT[start],
  prepare: async (context, stack) => {
    const program = await (kind === 'static' ? prepareStatic(context) : prepareNode(context));
    if (!context.platform) return [inARow(bareSeries(program, 'bare process', noRest))];
    const capacity = ['--cpu-capacity', '200', '--memory-capacity', '200G', '--standby-memory', '4G'];
    const platform = stack.use(await startPlatform({ tune: rowTuned, upFlags: capacity }));
    const flags = ['--standby', start === 'nothing' ? 'none' : start];
    const url = new URL(await platform.deploy(program.appFolder, kind, flags));
    const containers = await containerSeries(program, { context, platform, url, stack, before: noRest });
    await addCopies(platform, { like: kind, count: COUNT });
    const rows = [...containers, bareSeries(program, 'bare process', noRest)].map(inARow);
    return [...rows, appsSeries({ hosts: copiedHosts(url, COUNT), url, platform, start })];
  },
}));

function rowTuned(config: WrittenConfig): WrittenConfig {
  const soon = sleepSoon(config);
  return { ...soon, scaling: { ...soon.scaling, stableWindowMs: ROW_WINDOW_MS } };
}

const noRest = () => Promise.resolve();

function inARow(series: Series): Series {
  return {
    name: series.name,
    async measure() {
      await rest();
      return middleOf(async () => series.measure());
    },
  };
}

async function middleOf(measure: (at: number) => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let at = 0; at < COUNT; at += 1) values.push(await measure(at));
  return quantile(values.slice(NOT_COUNTED), 0.5);
}

function appsSeries({
  hosts,
  url,
  platform,
  start,
}: {
  readonly hosts: readonly string[];
  readonly url: URL;
  readonly platform: TestPlatform;
  readonly start: Start;
}): Series {
  const port = Number(url.port);
  let isUsed = false;
  return {
    name: 'slipway',
    async measure() {
      await (start === 'nothing' || !isUsed
        ? waitAsleep(platform.config)
        : waitAllCreated(platform.config, { count: COUNT, isMeant: isCopy }));
      isUsed = true;
      return middleOf((at) =>
        firstByteMs({ port, host: hosts[at] ?? '', startedAt: performance.now(), isSuccess: true }),
      );
    },
  };
}
