/**
 * Requests to apps as a browser makes them. Names below `localhost` are loopback by definition, but not every resolver
 * knows it, so the address is given and the name goes into the Host header.
 */
import { Agent, request as httpRequest } from 'node:http';
import type { TestContext } from 'node:test';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface AskOptions {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly agent?: Agent;
  readonly timeoutMs?: number;
}

export function ask(url: string, options: AskOptions = {}): Promise<Answer> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const address = hostname === 'localhost' || hostname.endsWith('.localhost') ? '127.0.0.1' : hostname;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = httpRequest({
    host: address,
    port: port === '' ? 80 : Number(port),
    path: `${pathname}${search}`,
    method: options.method ?? 'GET',
    headers: { host, ...options.headers },
    agent: options.agent ?? new Agent({ keepAlive: false }),
    signal: AbortSignal.timeout(options.timeoutMs ?? 60_000),
  });
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    });
  });
  outgoing.end(options.body);
  return promise;
}

export interface LoadReport {
  readonly answered: number;
  /** Bounded: the first failures, as text. */
  readonly failures: readonly string[];
  readonly failed: number;
  /** Different bodies that came, e.g. one per instance. */
  readonly bodies: ReadonlySet<string>;
}

const FAILURES_KEPT_MAX = 20;
const FAILED_MAX = 1000;
const BODIES_KEPT_MAX = 100;

/**
 * Asks without pause over `concurrency` connections, kept unless told otherwise, until `stop`, the end of the test or
 * the thousandth failure.
 */
export function startLoad(
  t: TestContext,
  url: string,
  { concurrency, keepAlive = true }: { readonly concurrency: number; readonly keepAlive?: boolean },
): { answered(): number; stop(): Promise<LoadReport> } {
  const agent = new Agent({ keepAlive, maxSockets: concurrency });
  const failures: string[] = [];
  const bodies = new Set<string>();
  let answered = 0;
  let failed = 0;
  let running = true;
  async function work(): Promise<void> {
    while (running && failed < FAILED_MAX) {
      try {
        const { status, body } = await ask(url, { agent });
        if (status !== 200) throw new Error(`HTTP ${status}: ${body.slice(0, 200)}`);
        answered++;
        if (bodies.size < BODIES_KEPT_MAX) bodies.add(body);
      } catch (error) {
        failed++;
        if (failures.length < FAILURES_KEPT_MAX) failures.push(String(error));
      }
    }
  }
  const workers = Array.from({ length: concurrency }, work);
  const stop = async (): Promise<LoadReport> => {
    running = false;
    await Promise.all(workers);
    agent.destroy();
    return { answered, failures, failed, bodies };
  };
  t.after(stop);
  return { answered: () => answered, stop };
}
