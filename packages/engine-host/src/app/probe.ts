/**
 * Asks an instance whether it takes requests. A new instance is asked again and again from 1 ms on, because every
 * millisecond here is part of a cold start; the pauses grow so that a slow program is not disturbed.
 */
import { get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeWorkload } from '@slipway/engine';

export interface ProbeTarget {
  readonly address: string;
  /** The app's port, for probes that name none. */
  readonly port: number;
}

const PAUSE_FIRST_MS = 1;
/** An app is noticed at most about a twentieth of its boot too late. */
const PAUSE_FACTOR = 1.05;
const PAUSE_MAX_MS = 50;
const PROBE_TIMEOUT_MIN_MS = 250;
/** Whatever is asked for, probing must not be load. */
const INTERVAL_MIN_MS = 100;

/** Resolves when one probe succeeded; rejects with the signal's reason. */
export async function waitUntilReady(target: ProbeTarget, probe: ProbeWorkload, signal: AbortSignal): Promise<void> {
  if (probe.initialDelayMs > 0) await sleep(probe.initialDelayMs, undefined, { signal });
  for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(pauseMs * PAUSE_FACTOR, PAUSE_MAX_MS)) {
    if (await probeOnce(target, probe, signal)) return;
    await sleep(pauseMs, undefined, { signal });
  }
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
  return probe.type === 'tcp' ? probeTcp({ host, port }, limit) : probeHttp({ host, port, path: probe.path }, limit);
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
  const request = get({ ...to, path: to.path === '' ? '/' : to.path, agent: false, signal }, (response) => {
    response.resume();
    const status = response.statusCode ?? 0;
    resolve(status >= 200 && status < 400);
    request.destroy();
  });
  request.on('error', () => resolve(false));
  return promise;
}
