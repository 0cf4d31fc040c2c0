/**
 * A stranger's network beside this machine: a network namespace on a cable, with addresses of one's choice and a server
 * that answers on all of them and counts who came. For tests of what instances reach.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runProcess } from '@slipway/process';

const SERVER = `let count = 0;
require('net').createServer((socket) => {
  count += 1;
  console.log(count);
  socket.on('error', () => undefined);
  socket.pipe(socket);
}).listen(Number(process.argv[1]), '0.0.0.0', () => console.log(0))`;

export interface OutsideWorld extends AsyncDisposable {
  readonly port: number;
  /** Connections that came so far. */
  connections(): number;
}

/** `cable`: at most 12 characters, unlike any other. Each address gets a route of its own. */
export async function openOutsideWorld(cable: string, addresses: readonly string[]): Promise<OutsideWorld> {
  const [inside, outside, port] = [`${cable}-in`, `${cable}-out`, 7_777];
  await using begun = new AsyncDisposableStack();
  await runProcess(['ip', 'netns', 'add', outside]);
  begun.defer(async () => void (await runProcess(['ip', 'netns', 'del', outside])));
  const host = [
    `link add ${inside} type veth peer name ${outside} netns ${outside}`,
    `link set ${inside} up`,
    ...addresses.map((address) => `route add ${address}/32 dev ${inside}`),
  ];
  await runProcess(['ip', '-batch', '-'], { stdin: host.join('\n') });
  // With the namespace it would go as well, a moment later.
  begun.defer(async () => void (await runProcess(['ip', 'link', 'del', inside])));
  const there = [
    'link set lo up',
    `link set ${outside} up`,
    ...addresses.map((address) => `addr add ${address}/32 dev ${outside}`),
    `route add default dev ${outside} scope link`,
  ];
  await runProcess(['ip', '-netns', outside, '-batch', '-'], { stdin: there.join('\n') });
  const argv = ['netns', 'exec', outside, process.execPath, '-e', SERVER, String(port)];
  const server = spawn('ip', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  begun.defer(async () => {
    server.kill('SIGKILL');
    await ended;
  });
  let said = '';
  server.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(server.stdout, 'data');
  const all = begun.move();
  return {
    port,
    connections: () => Number(said.trimEnd().split('\n').at(-1)),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
