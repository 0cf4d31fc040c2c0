/** One HTTP request exactly as asked: any path, header and body, valid or not, over a connection that may be reused. */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** No answer within this time is a hang. */
const ANSWER_WAIT_MS = 20_000;
/** A stream that follows never ends by itself: its answer is cut here. */
const STREAM_READ_MS = 50;

export interface RawRequest {
  readonly method: string;
  /** Path and query, already encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Of a stream the beginning. */
  readonly text: string;
}

export type SendRaw = (request: RawRequest) => Promise<RawAnswer>;

export function createSender(origin: string): { readonly send: SendRaw; readonly close: () => void } {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const send: SendRaw = ({ method, path, headers, body }) => {
    const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
    const signal = AbortSignal.timeout(ANSWER_WAIT_MS);
    const sent = httpRequest(
      { agent, hostname, port, method, path, headers: framed(headers, body), signal },
      (answer) => {
        const isStream = /ndjson|event-stream/.test(answer.headers['content-type'] ?? '');
        const parts: Buffer[] = [];
        const tell = () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() });
        if (!isStream) {
          buffer(answer).then((whole) => (parts.push(whole), tell()), reject);
          return;
        }
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', () => undefined);
        setTimeout(() => (tell(), answer.destroy()), STREAM_READ_MS);
      },
    );
    sent.on('error', reject);
    sent.end(body);
    return promise;
  };
  return { send, close: () => agent.destroy() };
}

/** Node sends no framing for methods that usually have no body, which would make a second request of the bytes. */
function framed(headers: RawRequest['headers'], body: RawRequest['body']): RawRequest['headers'] {
  return body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) };
}
