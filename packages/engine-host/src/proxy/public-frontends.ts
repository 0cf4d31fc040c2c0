/**
 * The frontends that the world asks: one for each of HTTP and HTTPS, so that no request has to be asked which of them it
 * is. They share one table of clients. Pure text; paths come in checked.
 */
import type { Endpoint, HttpsConfig } from './haproxy-config.ts';

export interface PublicFrontends {
  readonly plain: Endpoint;
  readonly https: HttpsConfig | undefined;
  readonly activatorToken: string;
  readonly connectionsMax: number;
  readonly connectionsPerSource: number;
  readonly certificateList: string;
  readonly challengesMap: string;
  readonly rulesFor: (proto: 'http' | 'https') => string;
  /** Which backend a request goes to. */
  readonly routes: string;
}

/** The frontend with the table of clients. */
const TABLE = 'edge';
/** Where authorities ask. Source: RFC 8555 section 8.3. A path that is not asked for is the app's own. */
const CHALLENGE_PATHS = '{ path_beg /.well-known/acme-challenge/ }';
const HTTPS_PORT = 443;

export function renderPublicFrontends(parts: PublicFrontends): string {
  const { certificateList, connectionsMax, https, plain, rulesFor } = parts;
  const table = `    stick-table type ipv6 size ${connectionsMax} expire 60s store conn_cur
    tcp-request connection track-sc0 src\n`;
  const first = renderFrontend(TABLE, parts, {
    listener: listenerOf(plain),
    tracked: table,
    rules: `${rulesFor('http')}\n${renderPlainRules(parts)}`,
  });
  if (!https) return first;
  const second = renderFrontend('edge_tls', parts, {
    listener: `${listenerOf(https)} ssl crt-list ${certificateList} alpn h2,http/1.1`,
    tracked: `    tcp-request connection track-sc0 src table ${TABLE}\n`,
    rules: `${rulesFor('https')}\n`,
  });
  return `${first}\n${second}`;
}

function renderFrontend(
  name: string,
  { activatorToken, connectionsPerSource, routes }: PublicFrontends,
  own: { readonly listener: string; readonly tracked: string; readonly rules: string },
): string {
  return `frontend ${name}
    bind ${own.listener}
    unique-id-format ${activatorToken}
${own.tracked}    tcp-request connection reject if { sc0_conn_cur gt ${connectionsPerSource} }
${own.rules}${routes}
    default_backend activator
`;
}

function renderPlainRules({ challengesMap, https }: PublicFrontends): string {
  const answer = `path,map_str(${challengesMap})`;
  const port = https?.port === HTTPS_PORT ? '' : `:${https?.port}`;
  const answered = `    http-request return status 200 content-type application/octet-stream lf-string %[${answer}] if ${CHALLENGE_PATHS} { ${answer} -m found }\n`;
  const forced = `    http-request redirect location https://%[req.fhdr(host),host_only]${port}%[pathq] code 308 if { req.fhdr(host) -m found } !${CHALLENGE_PATHS}\n`;
  return `${https?.answersChallenges ? answered : ''}${https?.isForced ? forced : ''}`;
}

function listenerOf({ address, port }: Endpoint): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
