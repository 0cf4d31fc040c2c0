/** Until a command that needs no platform has printed its answer: the launcher, Node.js, and what the command line loads. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../tools/repository.ts';
import type { Figure, Series } from './figure.ts';
import { PLATFORM_SERIES } from './results.ts';

const LAUNCHER = join(REPOSITORY_ROOT, 'slipway');
const BARE = 'bare node';

export const CLI_START: readonly Figure[] = [
  {
    id: 'cli-start',
    title: 'Start of the command line',
    unit: 'ms',
    better: 'lower',
    // 150 ms where a bare Node.js takes 40, which is what a person still takes for at once.
    targets: [{ baseline: BARE, ratio: 3.75 }],
    rounds: 25,
    method: `Time from the start of the process to its end, output thrown away. "${BARE}" is node -e 0 with the Node.js that the
platform runs on. "slipway" is ./slipway help, through the launcher; the others are help of commands with many options, which
load the contract for their defaults.`,
    limit: `The launcher compares two lockfiles, and asks a Node.js of the machine for its version, which is a second start of Node.js (the
one it fetched itself tells it by a file); the rest is loading modules and reading a table. Commands with defaults of the
contract load all of it.`,
    prepare: async () => [
      series(BARE, [process.execPath, '-e', '0']),
      series('slipway app create --help', [LAUNCHER, 'app', 'create', '--help']),
      series('slipway deploy --help', [LAUNCHER, 'deploy', '--help']),
      series('slipway __complete', [LAUNCHER, '__complete', '--', 'app', '']),
      series(PLATFORM_SERIES, [LAUNCHER, 'help']),
    ],
  },
];

function series(name: string, [program, ...words]: readonly [string, ...string[]]): Series {
  return {
    name,
    async measure() {
      const begun = performance.now();
      const child = spawn(program, words, { stdio: 'ignore' });
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== 0) throw new Error(`Cannot measure ${name}: it ended with ${code}`);
      return performance.now() - begun;
    },
  };
}
