/**
 * Backends for calls that do not go straight to the app. `again0` to `again5` are a hop of HAProxy to itself: a call that
 * takes it is tried again so many times and bounded in time, and each try is routed anew, so that it finds another
 * instance, or wakes one. The slots know nothing of it. HAProxy repeats what fits into its buffer of 16 KiB; a longer call
 * is made once. `aborting` answers in place of the app. Pure.
 */
import { MESH_ABORT_STATUSES, MESH_LIMITS } from '@slipway/spec';
import type { Endpoint } from './haproxy-config.ts';
import { ASKED_HOST } from './route-rules.ts';

export const ABORTING_BACKEND = 'aborting';
/** Counts tries of calls that may be repeated. */
export const TRIES_TABLE = 'mesh_tries';
/** Between HAProxy and itself: which app is called. Its name falls under the rule that removes forged forwarding headers. */
export const CALLEE_HEADER = 'x-forwarded-slipway-callee';
/** Between HAProxy and itself: a process that is told to end waits for its own idle connections. */
export const SELF_IDLE_MS = 500;
/** What went wrong before an answer, and answers that say that the app is not there. */
const RETRY_ON = 'conn-failure empty-response response-timeout 502 503 504';

export interface MeshWays {
  /** Between HAProxy and itself. */
  readonly way: Endpoint;
  /** What HAProxy knows itself by: any process of the machine could connect there, and name any door. */
  readonly token: string;
  /** Rules that lead a request by `txn.door` and `txn.host`. */
  readonly route: string;
  readonly timeoutMs: number;
  /** What a frontend does that requests pass after they came in. */
  readonly passing: string;
}

/** For calls that are tried again so many times. */
export function wayBackend(attempts: number): string {
  return `again${attempts}`;
}

export function renderMeshWays({ passing, route, timeoutMs, token, way }: MeshWays): string {
  const address = `${way.address}:${way.port}`;
  const ways = Array.from({ length: MESH_LIMITS.retriesMax + 1 }, (_none, attempts) => {
    const retryOn = attempts === 0 ? 'none' : RETRY_ON;
    return `backend ${wayBackend(attempts)}
    retries ${attempts}
    retry-on ${retryOn}
    timeout server ${timeoutMs}ms
    http-request set-timeout server var(txn.timeout) if { var(txn.timeout) -m int gt 0 }
    server again ${address} send-proxy-v2 proxy-v2-options unique-id pool-purge-delay ${SELF_IDLE_MS}ms
`;
  });
  return `${ways.join('\n')}
frontend again_way
    bind ${address} accept-proxy
    unique-id-format ${token}:0:%[var(txn.door)]
${passing}    http-request deny unless { fc_pp_unique_id,field(1,:) -m str ${token} }
    http-request set-var(txn.door) fc_pp_unique_id,field(3,:)
    http-request set-var(txn.host) ${ASKED_HOST}
    http-request track-sc1 req.fhdr(${CALLEE_HEADER}) table ${TRIES_TABLE} if { req.fhdr(${CALLEE_HEADER}) -m found }
    http-request del-header ${CALLEE_HEADER}
${route}
    default_backend activator

backend ${ABORTING_BACKEND}
${MESH_ABORT_STATUSES.map(renderAbort).join('\n')}
`;
}

function renderAbort(status: number): string {
  const text = 'The mesh settings of app %[var(txn.callee)] have %[var(txn.abort)] %% of its calls answered so\\n';
  const isWanted = `{ var(txn.abort_status) -m str ${status} }`;
  return `    http-request return status ${status} content-type text/plain lf-string "${text}" hdr X-Slipway-Fault abort if ${isWanted}`;
}
