/**
 * What functions are to stand on. The platform keeps functions and runs none; when it does, one that was called before is to
 * be a Node.js program that stands by frozen in a sandbox of its own. That program can be measured today, as an app.
 */
import type { Figure } from './figure.ts';
import { deployFrozen } from './from-frozen.ts';
import { AT_REST, bareSeries, prepareNode } from './measured-programs.ts';
import { workerdSeries } from './workerd.ts';

const NODE = 'bare Node.js process';

export const FUNCTION_GROUND: Figure = {
  id: 'function-ground',
  title: 'What functions are to stand on: a frozen Node.js program, against starting one',
  unit: 'ms',
  better: 'lower',
  targets: [
    { baseline: 'workerd', ratio: 0.25 },
    { baseline: NODE, ratio: 0.1 },
  ],
  rounds: 25,
  method: `No function runs: the platform keeps functions, and does not run them. Measured is an app, the smallest Node.js server, that
sleeps frozen in its own namespaces, user, control group and filter: one request to its public URL, until the first byte.
Against it, after the same rest of the machine, the start of the same program as a bare process, and of workerd with a
Worker of one line, each asked directly every millisecond.`,
  limit: `A frozen program is one that ran before. A function that nobody has called yet will have to begin in a program that waits
for its code, which costs a hand-over more; it is not part of this figure. ${AT_REST}`,
  prepare: async (context, stack) => {
    const program = await prepareNode(context);
    const workerd = await workerdSeries(context.folder);
    const baselines = [bareSeries(program, NODE), ...(workerd ? [workerd] : [])];
    const { platform } = context;
    if (!platform) return baselines;
    const frozen = await deployFrozen(program, { platform, stack });
    return [...baselines, { name: 'slipway', measure: frozen.ask }];
  },
};
