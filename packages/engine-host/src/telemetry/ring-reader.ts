/**
 * Follows a ring in HAProxy's memory over the control socket, from the moment of the connection on. HAProxy never waits for
 * us: while nobody reads, lines are written over, and when we are behind it leaves new ones out and counts them. A lost
 * connection is made anew with growing pauses, because HAProxy may be on its way back.
 */
import { connect } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RingReaderParts {
  readonly controlSocket: string;
  readonly ring: string;
  readonly onLine: (line: string) => void;
}

const RECONNECT_FIRST_MS = 50;
const RECONNECT_MAX_MS = 2_000;
/** What a process that is replaced writes before its listeners go: its successor is the one to follow. */
const STOPPED = /^Proxy \S+ stopped /;
/** A line that never ends is none of ours. */
const LINE_CHARS_MAX = 65_536;

export interface RingReader {
  /** Resolves when lines are told; from then on until `stop`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createRingReader(parts: RingReaderParts): RingReader {
  const stopping = new AbortController();
  let following: Promise<void> = Promise.resolve();

  async function follow(onOpen: () => void): Promise<void> {
    let pauseMs = RECONNECT_FIRST_MS;
    while (!stopping.signal.aborted) {
      const wasOpen = await readOnce(parts, { signal: stopping.signal, onOpen });
      pauseMs = wasOpen ? RECONNECT_FIRST_MS : Math.min(pauseMs * 2, RECONNECT_MAX_MS);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    async start() {
      const { promise, resolve } = Promise.withResolvers<void>();
      following = follow(resolve);
      await Promise.race([promise, following]);
    },
    async stop() {
      stopping.abort();
      await following;
    },
  };
}

/**
 * Reads until the connection ends; whether there was one. `show version` is answered at once and the ring's command stands
 * behind it in the same line: with that answer the ring is followed. What it says is no line that anybody takes for one.
 */
function readOnce(
  { controlSocket, onLine, ring }: RingReaderParts,
  { onOpen, signal }: { readonly onOpen: () => void; readonly signal: AbortSignal },
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(controlSocket);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isOpen = false;
  const end = () => socket.destroy();
  signal.addEventListener('abort', end, { once: true });
  socket.on('connect', () => {
    // New lines only, and wait for more.
    socket.write(`show version; show events ${ring} -w -n\n`);
  });
  socket.on('data', (chunk) => {
    isOpen = true;
    onOpen();
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARS_MAX) rest = '';
    for (const line of lines) if (line !== '') onLine(line);
    if (lines.some((line) => STOPPED.test(line))) end();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    signal.removeEventListener('abort', end);
    resolve(isOpen);
  });
  return promise;
}
