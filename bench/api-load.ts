/** The same HTTP client for both sides of a figure: one request over a kept connection, and many at once for a while. */
import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';

const ANSWER_WAIT_MS = 30_000;

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

export interface Service {
  /** Throws for every status that is no success. */
  readonly ask: (question: Question) => Promise<string>;
  readonly close: () => void;
}

export function connectTo(origin: string, headers: Readonly<Record<string, string>> = {}): Service {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true });
  async function ask({ method, path, body }: Question): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const signal = AbortSignal.timeout(ANSWER_WAIT_MS);
    const framing =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const all = { ...headers, ...framing };
    const sent = httpRequest({ agent, hostname, port, method, path, headers: all, signal }, (answer) => {
      text(answer).then((whole) => {
        if ((answer.statusCode ?? 500) < 300) resolve(whole);
        else reject(new Error(`${method} ${path} was answered ${answer.statusCode}: ${whole.slice(0, 300)}`));
      }, reject);
    });
    sent.on('error', reject);
    sent.end(body);
    return promise;
  }
  return { ask, close: () => agent.destroy() };
}

/** Median milliseconds of one call after the other. */
export async function medianMs(count: number, call: (index: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const startedAt = performance.now();
    await call(index);
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((one, other) => one - other)[Math.floor(count / 2)] ?? 0;
}

/** Calls a second that `workers` callers make together for a while. Each call is told its worker and its number. */
export async function callsPerSecond(
  { workers, seconds }: { readonly workers: number; readonly seconds: number },
  call: (worker: number, index: number) => Promise<unknown>,
): Promise<number> {
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  let count = 0;
  async function work(worker: number): Promise<void> {
    for (let index = 0; performance.now() < endsAt; index += 1) {
      await call(worker, index);
      count += 1;
    }
  }
  await Promise.all(Array.from({ length: workers }, (_none, worker) => work(worker)));
  return count / ((performance.now() - startedAt) / 1000);
}
