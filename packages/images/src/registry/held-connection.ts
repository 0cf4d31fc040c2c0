/**
 * Tells the end of a process that listens and may be nobody's child of ours: a connection to it is held and never used,
 * and the kernel closes it with the process. So nobody has to look, and nothing wakes us while it lives.
 */
import { connect } from 'node:net';

/** `address` is `host:port`. Resolves when the connection is closed, or there is none to be had; rejects when aborted. */
export async function untilClosed(address: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { hostname, port } = new URL(`tcp://${address}`);
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  const letGo = (): void => void socket.destroy();
  signal.addEventListener('abort', letGo, { once: true });
  // Whatever is wrong, it is closed behind it.
  socket.on('error', () => undefined);
  socket.once('close', () => resolve());
  // Its end is read like data.
  socket.resume();
  socket.unref();
  await promise;
  signal.removeEventListener('abort', letGo);
  signal.throwIfAborted();
}
