/**
 * Asks an instance whether it takes requests. A new instance is asked without a pause at first, because a program that
 * boots in a millisecond is to be noticed at once, and then every millisecond, because each one here is part of a cold
 * start; later the pauses grow, so that a slow program is not disturbed.
 */
import { get } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ProbeWorkload } from '@slipway/engine';

export interface ProbeTarget {
  readonly address: string;
  /** The app's port, for probes that name none. */
  readonly port: number;
  /** Probes by HTTP speak what the app speaks. */
  readonly protocol?: 'http1' | 'h2c' | undefined;
}

/** So long it is asked again as soon as it has refused, which alone takes some tenths of a millisecond. */
const EAGER_MS = 3;
/** So long it is asked every millisecond. */
const QUICK_MS = 100;
/** Afterwards an app is noticed at most about a twentieth of its boot too late. */
const PAUSE_SHARE = 0.05;
const PAUSE_MAX_MS = 50;
const PROBE_TIMEOUT_MIN_MS = 250;
/** Whatever is asked for, probing must not be load. */
const INTERVAL_MIN_MS = 100;

/** Resolves when one probe succeeded; rejects with the signal's reason. */
export async function waitUntilReady(target: ProbeTarget, probe: ProbeWorkload, signal: AbortSignal): Promise<void> {
  if (probe.initialDelayMs > 0) await sleep(probe.initialDelayMs, undefined, { signal });
  const startedAtMs = performance.now();
  for (;;) {
    if (await probeOnce(target, probe, signal)) return;
    const pauseMs = probePauseMs(performance.now() - startedAtMs);
    if (pauseMs > 0) await sleep(pauseMs, undefined, { signal });
    else await nextTurn(undefined, { signal });
  }
}

/** The pause after a refusal, by the time since the first question. Pure. */
export function probePauseMs(elapsedMs: number): number {
  if (elapsedMs < EAGER_MS) return 0;
  if (elapsedMs < QUICK_MS) return 1;
  return Math.min(Math.max(1, elapsedMs * PAUSE_SHARE), PAUSE_MAX_MS);
}

export interface ProbeWatch {
  readonly isWatched: () => boolean;
  /** As many probes in a row failed as the probe allows, or, after that, one succeeded. */
  readonly onTurn: (isPassing: boolean) => Promise<void>;
}

/** Resolves when nobody asks any more. */
export async function watchProbe(target: ProbeTarget, probe: ProbeWorkload, watch: ProbeWatch): Promise<void> {
  const signal = new AbortController().signal;
  let isPassing = true;
  await sleep(probe.initialDelayMs, undefined, { ref: false });
  for (let failures = 0; watch.isWatched();) {
    await sleep(Math.max(probe.intervalMs, INTERVAL_MIN_MS), undefined, { ref: false });
    // Frozen meanwhile, or gone.
    if (!watch.isWatched()) return;
    failures = (await probeOnce(target, probe, signal)) ? 0 : failures + 1;
    const isTurn = isPassing ? failures >= probe.failureThreshold : failures === 0;
    if (!isTurn || !watch.isWatched()) continue;
    isPassing = !isPassing;
    await watch.onTurn(isPassing);
  }
}

/** One try; never throws, false also when aborted. */
async function probeOnce(target: ProbeTarget, probe: ProbeWorkload, signal: AbortSignal): Promise<boolean> {
  const host = target.address;
  const port = probe.port === 0 ? target.port : probe.port;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.max(probe.timeoutMs, PROBE_TIMEOUT_MIN_MS))]);
  if (probe.type === 'tcp') return probeTcp({ host, port }, limit);
  const path = probe.path === '' ? '/' : probe.path;
  // A port of its own is for people and monitors: HTTP/1.1.
  const isHttp2 = target.protocol === 'h2c' && port === target.port;
  return isHttp2 ? probeHttp2({ host, port, path }, limit) : probeHttp({ host, port, path }, limit);
}

function probeTcp(to: { host: string; port: number }, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(to);
  socket.once('connect', () => settle(true));
  socket.once('error', () => settle(false));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) settle(false);
  function onAbort(): void {
    settle(false);
  }
  function settle(isReady: boolean): void {
    signal.removeEventListener('abort', onAbort);
    socket.destroy();
    resolve(isReady);
  }
  return promise;
}

function probeHttp(to: { host: string; port: number; path: string }, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const request = get({ ...to, agent: false, signal }, (response) => {
    response.resume();
    resolve(isHealthy(response.statusCode));
    request.destroy();
  });
  request.on('error', () => resolve(false));
  return promise;
}

function probeHttp2(to: { host: string; port: number; path: string }, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const session = connectHttp2(`http://${to.host}:${to.port}`);
  session.on('error', () => resolve(false));
  const stream = session.request({ ':path': to.path }, { signal });
  stream.on('error', () => resolve(false));
  stream.on('response', (headers) => resolve(isHealthy(headers[':status'])));
  return promise.finally(() => session.destroy());
}

function isHealthy(status = 0): boolean {
  return status >= 200 && status < 400;
}
