/**
 * Asks the app once at its URL, as its first visitor will. Whatever it answers shows that the way to it is open; that it
 * cannot be reached from here may be no fault of the app, so it is told and the deploy is no failure.
 */
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { lookup } from 'node:dns';
import type { ProjectScope } from '../project-scope.ts';
import { formatSpan } from '../terminal/steps.ts';

const ANSWER_MS_MAX = 10_000;

export async function checkRoute({ signal, steps }: ProjectScope, url: string): Promise<void> {
  const step = steps.begin('Route to the app');
  const begun = performance.now();
  try {
    const status = await statusOf(url, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]));
    step.done(`it answers ${status} in ${formatSpan(performance.now() - begun)}`);
  } catch (error) {
    if (signal.aborted) step.failed();
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    step.done(`no answer from here${code}`);
  }
}

function statusOf(url: string, signal: AbortSignal): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  const headers = { 'user-agent': 'slipway-deploy' };
  const sent = request(url, { signal, headers, agent: false, lookup: lookupLocal }, (response) => {
    response.destroy();
    resolve(response.statusCode ?? 0);
  });
  sent.once('error', reject);
  sent.end();
  return promise;
}

/** Names under `localhost` are this machine (RFC 6761), which not every resolver knows. */
const lookupLocal: LookupFunction = (hostname, options, done) => {
  if (!hostname.endsWith('.localhost')) lookup(hostname, options, done);
  else if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};
