/**
 * What a container started by hand is given beforehand: a user namespace and a network namespace with one address, the
 * same kinds the platform keeps ready. A `cat` is born in both and holds them; it ends with us, however we end, and with
 * it both namespaces and the cable.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { runProcess } from '@slipway/process';

export interface ContainerGround {
  readonly userPath: string;
  readonly networkPath: string;
  readonly address: string;
}

export interface HostIds {
  readonly hostID: number;
  readonly size: number;
}

let grounds = 0;

/** Addresses are of the range kept for benchmarks. Source: RFC 2544, 198.18.0.0/15. */
export async function openContainerGround(ids: HostIds, stack: AsyncDisposableStack): Promise<ContainerGround> {
  const holder = spawn('unshare', ['--user', '--net', '--', 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  stack.defer(async () => {
    const closed = once(holder, 'close');
    holder.stdin.end();
    await closed;
  });
  holder.stdin.write('\n');
  await once(holder.stdout, 'data');
  const { pid = 0 } = holder;
  const map = `0 ${ids.hostID} ${ids.size}\n`;
  await writeFile(`/proc/${pid}/uid_map`, map);
  await writeFile(`/proc/${pid}/gid_map`, map);
  const networkPath = `/proc/${pid}/ns/net`;
  const number = grounds++;
  const subnet = `198.18.${(process.pid + Math.floor(number / 64)) % 256}`;
  const base = (number % 64) * 4;
  const cable = `swb${pid}`;
  await runBatch(
    ['ip'],
    [
      `link add ${cable} type veth peer name eth0 netns ${pid}`,
      `addr add ${subnet}.${base + 1}/30 dev ${cable}`,
      `link set ${cable} addrgenmode none up`,
    ],
  );
  const inside = ['link set lo up', `addr add ${subnet}.${base + 2}/30 dev eth0`, 'link set eth0 up'];
  await runBatch(['nsenter', `--net=${networkPath}`, 'ip'], inside);
  return { userPath: `/proc/${pid}/ns/user`, networkPath, address: `${subnet}.${base + 2}` };
}

async function runBatch(argv: readonly [string, ...string[]], lines: readonly string[]): Promise<void> {
  await runProcess([...argv, '-batch', '-'], { stdin: lines.join('\n') });
}
