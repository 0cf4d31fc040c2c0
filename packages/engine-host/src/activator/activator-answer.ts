/** What the activator says when it does not forward: one sentence, as JSON for who asks for it, else as plain text. */

export interface ActivatorAnswer {
  readonly status: 404 | 502 | 503;
  readonly code: 'host_unknown' | 'app_unavailable' | 'app_overloaded' | 'app_start_timeout' | 'app_closed';
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

export interface RenderedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function renderAnswer(answer: ActivatorAnswer, accept: string | undefined): RenderedAnswer {
  const isJson = /\bjson\b/i.test(accept ?? '');
  const body = isJson
    ? `${JSON.stringify({ errors: [{ code: answer.code, message: answer.message }], status_code: answer.status })}\n`
    : `${answer.message}\n`;
  return {
    status: answer.status,
    headers: {
      'content-type': isJson ? 'application/json' : 'text/plain; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      connection: 'close',
      ...(answer.retryAfterSeconds === undefined ? {} : { 'retry-after': String(answer.retryAfterSeconds) }),
    },
    body,
  };
}

/** The host name that routes a request: lower case, without what follows the last colon; as `host_only` of HAProxy has it. */
export function hostOf(header: string | undefined): string {
  const value = (header ?? '').trim().toLowerCase();
  const colon = value.lastIndexOf(':');
  return colon > value.lastIndexOf(']') ? value.slice(0, colon) : value;
}

export function answerUnknownHost(host: string): ActivatorAnswer {
  const named = host === '' ? 'a request without a host' : `"${host}"`;
  return { status: 404, code: 'host_unknown', message: `Cannot find an app for ${named}; see: slipway app list` };
}

export function answerOverloaded(appName: string, waitingMax: number): ActivatorAnswer {
  return {
    status: 503,
    code: 'app_overloaded',
    message: `"${appName}" is starting and ${waitingMax} requests already wait for it`,
    retryAfterSeconds: 1,
  };
}
