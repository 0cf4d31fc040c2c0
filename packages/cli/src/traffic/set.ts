/** `slipway traffic set`: shares, tags, steps, and when requests go back by themselves. The platform does it, not we. */
import { TRAFFIC_DEFAULTS, type AppTrafficPrototype } from '@slipway/spec';
import { defineCommand, type ParsedOptions } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { readTraffic, stateTraffic, waitTraffic } from './app-traffic.ts';
import { renderTraffic } from './render-traffic.ts';
import { parseSeconds, parseShares, parseTag, targetsOf, withoutTag, withShares, withTag } from './traffic-words.ts';

const OPTIONS = {
  name: NAME,
  tag: { names: ['--tag'], kind: 'list', summary: 'TAG=REVISION: an address that leads to one revision' },
  untag: { names: ['--untag'], kind: 'list', summary: 'take the address away' },
  step: {
    names: ['--step'],
    kind: 'number',
    summary: 'per cent that change hands at each step; without it all at once',
  },
  interval: { names: ['--interval'], kind: 'value', summary: 'time between two steps, e.g. 60s', default: '60s' },
  autoRollback: {
    names: ['--auto-rollback'],
    kind: 'value',
    values: ['on', 'off'],
    summary: 'go back when a revision that got requests fails',
  },
  errorMargin: {
    names: ['--error-margin'],
    kind: 'number',
    summary: 'percentage points of server errors it may have more',
  },
  requestsMin: { names: ['--requests-min'], kind: 'number', summary: 'requests before errors are judged' },
  window: { names: ['--window'], kind: 'value', summary: 'how far back errors count, e.g. 60s' },
  keep: { names: ['--keep'], kind: 'number', summary: 'revisions that are kept' },
  output: OUTPUT_OPTION,
  quiet: QUIET,
} as const;

export const command = defineCommand({
  options: OPTIONS,
  operands: ['NAME', 'SHARES'],
  examples: [
    'slipway traffic set web v2=10',
    'slipway traffic set web latest=100 --step 10 --interval 60s',
    'slipway traffic set web --tag canary=v2',
  ],
  async run({ options, operands, context }) {
    const { name = '' } = options;
    const scope = await openProject(context);
    const before = await readTraffic(scope, name);
    const written = operands[operands[0] === name ? 1 : 0];
    let targets =
      written === undefined
        ? targetsOf(before)
        : withShares(before, parseShares(name, written, before.status_details.shares));
    for (const tag of options.untag ?? []) {
      if (!targets.some((target) => target.tag === tag))
        throw new UsageFault(`Cannot take the tag "${tag}" away: there is none`);
      targets = withoutTag(targets, tag);
    }
    for (const text of options.tag ?? []) targets = withTag(targets, parseTag(name, text).target);
    await stateTraffic(scope, before, { traffic: targets, ...settingsOf(options) });
    const after = await waitTraffic(scope, name);
    context.terminal.write((await renderOutput(options.output, after)) ?? renderTraffic(after));
  },
});

function settingsOf(options: ParsedOptions<typeof OPTIONS>): Omit<AppTrafficPrototype, 'traffic'> {
  const { autoRollback, errorMargin, interval, keep, requestsMin, step, window } = options;
  if (step === undefined && interval !== undefined) throw new UsageFault('Cannot use --interval without --step');
  const intervalSeconds =
    interval === undefined ? TRAFFIC_DEFAULTS.stepIntervalSeconds : parseSeconds('--interval', interval);
  const rollback = {
    ...(autoRollback !== undefined && { enabled: autoRollback === 'on' }),
    ...(errorMargin !== undefined && { error_margin_percent: errorMargin }),
    ...(requestsMin !== undefined && { requests_min: requestsMin }),
    ...(window !== undefined && { window_seconds: parseSeconds('--window', window) }),
  };
  return {
    ...(step !== undefined && { step: { percent: step, interval_seconds: intervalSeconds } }),
    ...(Object.keys(rollback).length > 0 && { rollback }),
    ...(keep !== undefined && { revisions_max: keep }),
  };
}
