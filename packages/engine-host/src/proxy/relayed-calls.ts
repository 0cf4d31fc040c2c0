/**
 * Calls that the daemon is to delay or to copy, as drawn for each: HAProxy leads them to the activator, which says so over
 * a socket that is root's and hands them back there. While the daemon is away they go straight on: a second server takes
 * them, which is HAProxy itself. What the call is to meet then (`WAY_HEADER`, `TIMEOUT_HEADER`) it carries along. Behind a
 * socket HAProxy knows no addresses, and then tells none of what identifies it: so they are set again. Pure.
 */
import type { Endpoint } from './haproxy-config.ts';
import { ASKED_HOST } from './route-rules.ts';

export const RELAYED_BACKEND = 'relayed';
/** Set before the relay and removed behind it; their names fall under the rule that removes forged forwarding headers. */
export const WAY_HEADER = 'x-forwarded-slipway-way';
export const TIMEOUT_HEADER = 'x-forwarded-slipway-timeout';

export interface RelayedCalls {
  readonly activator: Endpoint;
  /** From HAProxy to itself, when there is no activator. */
  readonly past: Endpoint;
  /** Where the activator hands calls back. */
  readonly socket: string;
  /** What HAProxy knows itself by. */
  readonly token: string;
  /** As it came in by the door. */
  readonly doorHeader: string;
  /** Headers that the activator adds and no app sees. */
  readonly handoverHeaders: readonly string[];
  /** Rules that lead a request by `txn.door`, `txn.host` and `txn.way`. */
  readonly route: string;
  readonly timeoutMs: number;
  /** What a frontend does that requests pass after they came in. */
  readonly passing: string;
}

export function renderRelayedCalls(parts: RelayedCalls): string {
  const { activator, doorHeader, handoverHeaders, passing, past, route, socket, timeoutMs, token } = parts;
  const [here, there] = [activator, past].map(({ address, port }) => `${address}:${port}`);
  const identified = 'send-proxy-v2 proxy-v2-options unique-id';
  const own = [...new Set([doorHeader, ...handoverHeaders, WAY_HEADER, TIMEOUT_HEADER])];
  return `backend ${RELAYED_BACKEND}
    retries 3
    timeout server ${timeoutMs}ms
    option http-server-close
    http-request set-header ${WAY_HEADER} %[var(txn.way)] if { var(txn.way) -m beg again }
    http-request set-header ${TIMEOUT_HEADER} %[var(txn.timeout)] if { var(txn.timeout) -m int gt 0 }
    http-request set-header ${doorHeader} %[var(txn.door)]
    server relay ${here} ${identified} check inter 24h downinter 100ms fall 1 rise 1 observe layer4 error-limit 1 on-error mark-down
    server past ${there} backup ${identified}

frontend relayed_way
    bind unix@${socket} mode 600 id 1
    bind ${there} accept-proxy id 2
    unique-id-format ${token}:0:%[var(txn.door)]
${passing}    http-request deny if { so_id 2 } !{ fc_pp_unique_id,field(1,:) -m str ${token} }
    http-request set-src req.hdr_ip(X-Forwarded-For,-1)
    http-request set-dst str(${past.address})
    http-request set-var(txn.door) req.hdr(${doorHeader})
    http-request set-var(txn.way) req.hdr(${WAY_HEADER})
    http-request set-var(txn.timeout) req.hdr(${TIMEOUT_HEADER})
${own.map((name) => `    http-request del-header ${name}`).join('\n')}
    http-request set-var(txn.host) ${ASKED_HOST}
    use_backend %[var(txn.way)] if { var(txn.way) -m beg again }
${route}
    default_backend activator
`;
}
