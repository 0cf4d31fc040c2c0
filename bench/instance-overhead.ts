/**
 * What an instance that runs costs beside its own program: conmon, which keeps its log and its exit code, and what the
 * kernel holds for its control group.
 */
import { readFile } from 'node:fs/promises';
import { waitUntil } from '../test/wait-until.ts';
import type { Figure, Series } from './figure.ts';
import { groupOf, kernelBytes } from './instance-group.ts';
import { livingInstances, type LivingInstance } from './living-instances.ts';
import { deployProgram, prepareStatic } from './measured-programs.ts';
import { pssMib } from './platform-processes.ts';

const INSTANCES = 50;
const BUDGET_KIB = 128;
const BUDGET = `${BUDGET_KIB} KiB`;
const READY_DEADLINE_MS = 120_000;

export const INSTANCE_OVERHEAD: Figure = {
  id: 'instance-overhead',
  title: 'Memory of an instance that runs, beside its own program',
  unit: 'KiB',
  better: 'lower',
  targets: [{ baseline: BUDGET, ratio: 1 }],
  rounds: 5,
  method: `${INSTANCES} instances of a static server run (\`--min-scale ${INSTANCES}\`); the figure is the mean of one. Counted are its conmon, by its
proportional set size, and the kernel's memory of its control group where the kernel tells it: stacks, page tables, sockets
and inodes, those of the program among them. "the program itself" is its proportional set size. Not counted: its place in
the daemon and in HAProxy, a few KiB, and kernel memory outside the group, as conmon's own and the network namespace.
"${BUDGET}" is the bound to keep.`,
  limit: `conmon is a process of its own, so that no end of the daemon costs a log line or an exit code. All of its share is private:
328 KiB that the loader, the C library and GLib write to while it starts, 132 of them only because it is linked against the
journal's library, which is never called and brings compression and cryptography along. Its environment takes 12 away, nothing
else found does. So 196 KiB is the floor of a conmon with GLib, built without the journal, which distributions do not ship.
Of the kernel's part a bare process of this program has some 56 KiB itself; the other 114 are what namespaces, an overlay, a
group in each hierarchy and a network cable take. The bound is below the sum, and is not reached with conmon.`,
  prepare: async (context, stack) => {
    const { platform } = context;
    if (!platform) throw new Error('Cannot measure instances: the platform was left out');
    const size = ['--cpu', '0.125', '--memory', '250M', '--standby', 'none'];
    const scale = ['--min-scale', `${INSTANCES}`, '--max-scale', `${INSTANCES}`];
    const program = await prepareStatic(context);
    await deployProgram(program, { platform, stack, flags: [...size, ...scale], name: 'many' });
    const instances = await waitUntil(
      `${INSTANCES} instances run`,
      async () => {
        const found = await livingInstances(platform.config);
        return found.length === INSTANCES ? found : undefined;
      },
      { timeoutMs: READY_DEADLINE_MS },
    );
    return [
      { name: BUDGET, measure: async () => BUDGET_KIB },
      { name: 'the program itself', measure: () => meanOf(instances, ({ pid }) => pssKib(pid)) },
      overheadSeries(instances),
    ];
  },
};

function overheadSeries(instances: readonly LivingInstance[]): Series {
  let last: Readonly<Record<string, number>> = {};
  return {
    name: 'slipway',
    async measure() {
      const conmon = await meanOf(instances, async ({ pid }) => pssKib(await parentOf(pid)));
      const kernel = await meanOf(instances, async (one) => ((await kernelBytes(await groupOf(one))) ?? 0) / 1024);
      last = { conmon, 'the kernel for the control group': kernel };
      return conmon + kernel;
    },
    parts: () => last,
  };
}

async function meanOf<Item>(items: readonly Item[], measure: (item: Item) => Promise<number>): Promise<number> {
  let sum = 0;
  for (const item of items) sum += await measure(item);
  return sum / items.length;
}

async function pssKib(pid: number): Promise<number> {
  return (await pssMib(pid)) * 1024;
}

/** Of the first process of an instance: its conmon. Source: proc(5), `PPid` of status. */
async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1] ?? 0);
}
