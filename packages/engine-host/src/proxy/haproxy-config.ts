/**
 * The static configuration of HAProxy: a public frontend for each of HTTP and HTTPS, a private one for the activator, and `slotCount` generic
 * backends. Nothing in it names an app, so nothing an app does ever needs a reload: who is awake is told at run time
 * through the control socket (see haproxy-control.ts).
 *
 * A host that is in the hosts map goes to its slot; every other request goes to the activator, as does a request whose
 * slot has no server left (`backup`). Only a connection that was never made is tried again: a request that may have
 * reached a program is not repeated.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CALLER_HEADER } from './caller-header.ts';
import { renderDoorFrontends } from './door-frontends.ts';
import { renderObserving, type ObserveConfig, type ObserveRules } from './observe-rules.ts';
import { renderPublicFrontends } from './public-frontends.ts';
import { renderMeshTables, renderProjectId } from './mesh-rules.ts';
import { renderMeshWays } from './mesh-ways.ts';
import { renderRelayedCalls } from './relayed-calls.ts';
import { ASKED_HOST, doorLookup, edgeLookup, renderRoutes } from './route-rules.ts';
import { renderGuards, type GuardedDoor } from './source-guard.ts';

export interface ProxyPaths {
  readonly dir: string;
  readonly configFile: string;
  readonly pidFile: string;
  readonly controlSocket: string;
  /** Where the activator hands requests back to HAProxy; reachable by root only. */
  readonly innerSocket: string;
  /** Where it hands calls back that it delayed or copied; reachable by root only. */
  readonly relayedSocket: string;
  readonly hostsMap: string;
  /** Who is asked for through the project door and the private entry. */
  readonly doorsMap: string;
  readonly timeoutsMap: string;
  /** What to answer to an authority that asks whether a domain is ours. */
  readonly challengesMap: string;
  /** Which certificate is for which name; HAProxy reads it at its start, with the default one alone in it. */
  readonly certificateList: string;
  /** Which addresses pass a guard. */
  readonly sourcesMap: string;
  /** Which slot each number of a split leads to; see host-routes.ts. */
  readonly sharesMap: string;
  /** Which app calls from which address. */
  readonly callersMap: string;
  /** What called apps have set; see mesh-rules.ts. */
  readonly meshMap: string;
  /** Who may call whom. */
  readonly callsMap: string;
}

export interface HaproxyConfig {
  readonly address: string;
  readonly port: number;
  readonly slotCount: number;
  /** Client connections at once, over all apps. */
  readonly connectionsMax: number;
  readonly paths: ProxyPaths;
  /** Where HAProxy hands requests of sleeping apps to us. */
  readonly activator: Endpoint;
  /** What instances send to their gateways' port is taken here. */
  readonly projectDoor: Endpoint;
  /** The listener of private apps, if there is one. */
  readonly privateEntry?: Endpoint | undefined;
  /** What the activator knows HAProxy by; hexadecimal. */
  readonly activatorToken: string;
  readonly https?: HttpsConfig;
  /** Absent: no request is observed, and no rule says so. */
  readonly observe?: ObserveConfig;
}

interface ObservedConfig extends HaproxyConfig {
  readonly observing: ObserveRules;
}

export interface HttpsConfig extends Endpoint {
  /** A file with certificate and key, for names that nobody has a certificate for; root alone reads it. */
  readonly defaultCertificate: string;
  /** Plain requests are sent to the other port; those of internal names and of authorities that ask are not. */
  readonly isForced: boolean;
  /** Authorities ask over plain HTTP whether a domain is ours. */
  readonly answersChallenges: boolean;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Times of the request path. HAProxy's `timeout server` is inactivity, so a stream that moves may last longer. */
const PROXY_TIMES = {
  /** A client that sends nothing or reads nothing. */
  clientMs: 600_000,
  /** The longest request timeout an app may ask for, and the activator's hold before it. */
  activatorMs: 1_200_000,
  /** When the slot says nothing else; the public API's default. */
  serverMs: 300_000,
  /** To an instance on this machine; a full listen queue drops SYNs, and those are repeated after 1 s. */
  connectMs: 3_000,
  /** For a place below the concurrency limit of an instance. */
  queueMs: 120_000,
  /** Complete request headers. */
  requestHeadMs: 15_000,
  keepAliveMs: 60_000,
  tunnelMs: 600_000,
  /** After a reload the old process ends its connections at the latest then. */
  hardStopMs: 900_000,
} as const;

/**
 * HAProxy waits 1 s before it tries the same server again, so this bridges a daemon that is away for 10 s. It waits only
 * after failures that come later than the call, as over TCP; a missing Unix socket would use up all tries at once.
 */
const CONNECT_RETRIES = 10;
/** Of all connections; so no single address, with requests that it never completes, keeps everybody else out. */
const CONNECTIONS_PER_SOURCE = 0.5;
/** Requests that may wait for one slot; the next is refused at once. */
const SLOT_QUEUE_MAX = 2_000;
/**
 * Set by the activator, counts its own handovers; never accepted from outside, never given to an app. Its name falls
 * under the rule that removes forged forwarding headers, so it needs none of its own.
 */
export const HOP_HEADER = 'x-forwarded-slipway-hop';
/** Set by the activator likewise: where the request came in, if not at the edge. */
export const DOOR_HEADER = 'x-forwarded-slipway-door';
/** Set by the activator: the number from 0 to 99 that was drawn for the request, so that it keeps its revision. */
export const BUCKET_HEADER = 'x-forwarded-slipway-bucket';
/** Name of the server in every slot that is the activator. */
export const ACTIVATOR_SERVER = 'activator';

export function proxyPathsFor(runDir: string): ProxyPaths {
  const dir = join(runDir, 'proxy');
  return {
    dir,
    configFile: join(dir, 'haproxy.cfg'),
    pidFile: join(dir, 'haproxy.pid'),
    controlSocket: join(dir, 'control.sock'),
    innerSocket: join(dir, 'inner.sock'),
    relayedSocket: join(dir, 'relayed.sock'),
    hostsMap: join(dir, 'hosts.map'),
    doorsMap: join(dir, 'doors.map'),
    timeoutsMap: join(dir, 'timeouts.map'),
    challengesMap: join(dir, 'challenges.map'),
    certificateList: join(dir, 'certificates.list'),
    sourcesMap: join(dir, 'sources.map'),
    sharesMap: join(dir, 'shares.map'),
    callersMap: join(dir, 'callers.map'),
    meshMap: join(dir, 'mesh.map'),
    callsMap: join(dir, 'calls.map'),
  };
}

/**
 * With two threads, two streams can be given the last place of a server at the same moment (seen: 2 requests at once at
 * an instance that takes 1). The concurrency limit is a promise, and one thread carries 40,000 requests a second.
 */
const THREADS = 1;

/** HAProxy needs root only to open its sockets. `noreuseport` makes a port that is taken an error, not a shared port. */
const NOBODY = 65_534;

/** Any free port does, because the address is the platform's own out of the 16 million of the loopback network. */
const ACTIVATOR_PORT = 8079;
const PROJECT_DOOR_PORT = 8078;
const GUARD_PORTS = { public: 8077, private: 8076 } as const;
const AGAIN_PORT = 8075;
const RELAYED_PORT = 8074;

/** A loopback endpoint that is the same after every restart and another one for every platform of the machine. */
export function activatorEndpointFor(runDir: string): Endpoint {
  const [one = 0, two = 0, three = 0] = createHash('sha256').update(runDir).digest();
  return { address: `127.${100 + (one % 100)}.${two}.${1 + (three % 254)}`, port: ACTIVATOR_PORT };
}

export function projectDoorFor(runDir: string): Endpoint {
  return { ...activatorEndpointFor(runDir), port: PROJECT_DOOR_PORT };
}

function guardWaysFor({ address }: Endpoint): Readonly<Record<GuardedDoor, Endpoint>> {
  return { public: { address, port: GUARD_PORTS.public }, private: { address, port: GUARD_PORTS.private } };
}

/** The maps that are told at run time; all are empty when HAProxy starts. */
export function runtimeMaps(paths: ProxyPaths): readonly string[] {
  const { hostsMap, doorsMap, timeoutsMap, sourcesMap, sharesMap, challengesMap, callersMap, meshMap, callsMap } =
    paths;
  return [hostsMap, doorsMap, timeoutsMap, sourcesMap, sharesMap, challengesMap, callersMap, meshMap, callsMap];
}

export function slotName(slot: number): string {
  return `slot${slot}`;
}

/** Above the numbers that HAProxy gives the other sections, by their order. */
const SLOT_IDS_FROM = 1_000;

/** A slot's key in the map of timeouts: HAProxy finds a number in half the time of a name. */
export function timeoutKey(slot: number): string {
  return String(SLOT_IDS_FROM + slot);
}

export function renderHaproxyConfig(config: HaproxyConfig): string {
  const observing = renderObserving(config.observe);
  const observed = { ...config, observing };
  const slots = Array.from({ length: config.slotCount }, (_none, slot) => renderSlot(slot, observed));
  return [renderGlobal(config), observing.sections + renderDefaults(), renderFrontends(observed), ...slots].join('\n');
}

/** Forward secrecy and authenticated encryption only. Session tickets are not: their key would open what was recorded. */
const CIPHERS = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].flatMap((cipher) => [
  `ECDHE-ECDSA-${cipher}`,
  `ECDHE-RSA-${cipher}`,
]);
const TLS_DEFAULTS = `    ssl-default-bind-ciphers ${CIPHERS.join(':')}
    ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256
    ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets prefer-client-ciphers
`;

/**
 * About `close-spread-time`: a process that is replaced closes connections without a request, also those whose request is
 * on its way. If the time for that never ends, it answers what comes on them once more and says that it closes.
 */
function renderGlobal({ connectionsMax, https, paths }: HaproxyConfig): string {
  return `# Written by Slipway; changed only by Slipway.
global
    stats socket ${checkedPath(paths.controlSocket)} mode 600 level admin expose-fd listeners
    stats timeout 24h
    maxconn ${connectionsMax}
    no strict-limits
    noreuseport
    nbthread ${THREADS}
    uid ${NOBODY}
    gid ${NOBODY}
    hard-stop-after ${PROXY_TIMES.hardStopMs}ms
    close-spread-time infinite
${https ? TLS_DEFAULTS : ''}`;
}

function renderDefaults(): string {
  return `defaults
    mode http
    no log
    timeout client ${PROXY_TIMES.clientMs}ms
    timeout server ${PROXY_TIMES.serverMs}ms
    timeout connect ${PROXY_TIMES.connectMs}ms
    timeout queue ${PROXY_TIMES.queueMs}ms
    timeout http-request ${PROXY_TIMES.requestHeadMs}ms
    timeout http-keep-alive ${PROXY_TIMES.keepAliveMs}ms
    timeout tunnel ${PROXY_TIMES.tunnelMs}ms
    option http-ignore-probes
    option abortonclose
    option redispatch 1
    retries ${CONNECT_RETRIES}
    retry-on conn-failure
    http-reuse safe
    http-error status 405 content-type text/plain string "CONNECT is not served here\\n"
    http-error status 502 content-type text/plain string "The app closed the connection without a complete answer\\n"
    http-error status 503 content-type text/plain string "The app took no request in time\\n" hdr Retry-After 1
    http-error status 504 content-type text/plain string "The app did not answer within its request timeout\\n"
`;
}

/**
 * Every request passes these rules, so each is as cheap as it can be. Instructions of each by cachegrind, of 26,200 that
 * HAProxy needs for a request without any: three deletions 800 (`Forwarded` anywhere in a name is X-Forwarded-For, and
 * X_Forwarded_For, which many frameworks take for the same), the protocol 1,100, the client's address as text of its
 * connection 1,500 (`option forwardfor` 2,500), a request id of 64 random bits of the connection and HAProxy's counter 2,100
 * (with a random number 3,200, a UUID of its own 4,500; what is copied costs ten instructions a byte), the route 1,800. As long
 * as no app shares its requests out, that costs one look into an empty map; after that the name of the host is looked up twice.
 *
 * CONNECT and an upgrade to HTTP/2, which needs HTTP2-Settings (RFC 7540 section 3.2.1), would open a tunnel to the app
 * in which nobody removes forged headers.
 *
 * The unique id goes to the activator alone, in the PROXY header of its connections: token, hop count, door, and the number
 * that was drawn, if one was. HAProxy makes it for every request, so at the edge, where there is none of these, it is a
 * constant. It is no header, so apps see none of them.
 */
const rulesFor = (
  proto: 'http' | 'https',
  { connection, request, requestId }: ObserveRules,
) => `${connection}    tcp-request connection set-var(sess.id) uuid,xxh64,hex,lower
    tcp-request connection set-var-fmt(sess.src) %[src]
    http-request deny deny_status 405 if METH_CONNECT
    http-request del-header Forwarded -m sub
    http-request del-header Proxy
    http-request del-header HTTP2-Settings
    http-request add-header X-Forwarded-Proto ${proto}
    http-request add-header X-Forwarded-For %[var(sess.src)]
${requestId.made}    http-request set-header X-Request-Id ${requestId.text} unless { req.fhdr(X-Request-Id) -m reg ^[A-Za-z0-9._-]{8,128}$ }${request}`;

function renderFrontends(config: ObservedConfig): string {
  const { observing, paths, activator, activatorToken, projectDoor, privateEntry, connectionsMax } = config;
  const sharesMap = checkedPath(paths.sharesMap);
  const atEdge = edgeLookup(checkedPath(paths.hostsMap));
  const atDoor = doorLookup(checkedPath(paths.doorsMap));
  const route = renderRoutes(atDoor, { sharesMap });
  const requestRules = rulesFor('http', observing);
  const callersMap = checkedPath(paths.callersMap);
  const mesh = { meshMap: checkedPath(paths.meshMap), callsMap: checkedPath(paths.callsMap) };
  const uniqueIds = { project: renderProjectId(activatorToken), private: `${activatorToken}:0:%[var(txn.door)]` };
  const { passing, tells } = observing;
  const doors = { projectDoor, privateEntry, route, requestRules, uniqueIds, callersMap, mesh, connectionsMax, tells };
  const outside = {
    plain: { address: config.address, port: config.port },
    https: config.https,
    activatorToken,
    connectionsMax,
    connectionsPerSource: Math.floor(connectionsMax * CONNECTIONS_PER_SOURCE),
    certificateList: checkedPath(paths.certificateList),
    challengesMap: checkedPath(paths.challengesMap),
    rulesFor: (proto: 'http' | 'https') => observing.tells('public') + rulesFor(proto, observing),
    routes: renderRoutes(atEdge, { sharesMap }),
  };
  return `${renderPublicFrontends(outside)}
${renderDoorFrontends(doors)}
${renderHops(config, route)}
frontend inner
    bind unix@${checkedPath(paths.innerSocket)} mode 600
    unique-id-format ${activatorToken}:%[var(txn.hop)]:%[var(txn.door)]:%[var(txn.bucket)]
${passing}    http-request set-var(txn.hop) req.hdr(${HOP_HEADER})
    http-request set-var(txn.bucket) req.hdr(${BUCKET_HEADER})
    http-request del-header ${HOP_HEADER}
    http-request del-header ${BUCKET_HEADER}
    http-request set-var(txn.door) req.hdr(${DOOR_HEADER})
    http-request del-header ${DOOR_HEADER}
    http-request set-var(txn.caller) req.fhdr(${CALLER_HEADER})
    http-request set-var(txn.host) ${ASKED_HOST}
    http-request set-priority-class int(${HELD_FIRST})
${renderRoutes(atDoor, { sharesMap, keepsDrawn: true, condition: '{ var(txn.door) -m found }' })}
${renderRoutes(atEdge, { sharesMap, keepsDrawn: true })}
    default_backend activator

backend activator
${observing.keepsHost}    timeout server ${PROXY_TIMES.activatorMs}ms
    option http-server-close
    server ${ACTIVATOR_SERVER} ${activator.address}:${activator.port} ${IDENTIFIED}
`;
}

/** Who was held came before whoever finds the app awake, and HAProxy's queue takes a lower class first. */
const HELD_FIRST = -1;
/** Ways of HAProxy to itself, which only requests that need them take. */
function renderHops({ activator, activatorToken, paths, observing }: ObservedConfig, route: string): string {
  const { passing } = observing;
  const guards = {
    ways: guardWaysFor(activator),
    token: activatorToken,
    sourcesMap: checkedPath(paths.sourcesMap),
    route,
    timeoutMs: PROXY_TIMES.activatorMs,
    observing,
  };
  const ways = {
    way: { address: activator.address, port: AGAIN_PORT },
    token: activatorToken,
    route,
    timeoutMs: PROXY_TIMES.activatorMs,
    passing,
  };
  const relayed = {
    activator,
    past: { address: activator.address, port: RELAYED_PORT },
    socket: checkedPath(paths.relayedSocket),
    token: activatorToken,
    doorHeader: DOOR_HEADER,
    handoverHeaders: [HOP_HEADER, BUCKET_HEADER],
    route,
    timeoutMs: PROXY_TIMES.activatorMs,
    passing,
  };
  return `${renderGuards(guards)}
${renderMeshTables()}
${renderMeshWays(ways)}
${renderRelayedCalls(relayed)}`;
}

const IDENTIFIED = 'send-proxy-v2 proxy-v2-options unique-id';

function renderSlot(slot: number, { paths, activator, observing }: ObservedConfig): string {
  const name = slotName(slot);
  return `backend ${name}
    id ${timeoutKey(slot)}
    balance leastconn
${observing.countsFlight}    http-request return status 503 content-type text/plain string "The app is overloaded: its queue is full\\n" hdr Retry-After 1 if { queue(${name}) ge ${SLOT_QUEUE_MAX} }
    http-request set-timeout server be_id,map_int_int(${checkedPath(paths.timeoutsMap)},${PROXY_TIMES.serverMs})
    server ${ACTIVATOR_SERVER} ${activator.address}:${activator.port} backup ${IDENTIFIED}
`;
}

/** HAProxy's grammar has many quoting rules; a path that needs none avoids them all. */
function checkedPath(path: string): string {
  if (/^[A-Za-z0-9._/-]+$/.test(path)) return path;
  throw new TypeError(`Cannot use "${path}" in HAProxy's configuration: only letters, digits, ".", "_", "-" and "/"`);
}
