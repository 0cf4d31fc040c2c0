/** For tests of who may ask the edge: one client each of HTTP, HTTPS and HTTP/2 over HTTPS, from an address of its own. */
import { once } from 'node:events';
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import {
  connect as connectHttp2,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';

export interface EdgePorts {
  readonly http: number;
  readonly https: number;
}

export interface EdgeCaller {
  /** `200 <body>`, over the connection of the call before. */
  call(host: string): Promise<string>;
  close(): void;
}

export const EDGE_PROTOCOLS = ['http', 'https', 'http2'] as const;
export type EdgeProtocol = (typeof EDGE_PROTOCOLS)[number];

/** `servername` is what the handshake asks for, whatever host is called. Certificates are not what these look at. */
export function edgeCaller(
  protocol: EdgeProtocol,
  ports: EdgePorts,
  from: { readonly localAddress: string; readonly servername: string },
): EdgeCaller | Promise<EdgeCaller> {
  if (protocol === 'http2') return http2Caller(ports.https, from);
  const [Agent, request, port] =
    protocol === 'https' ? [HttpsAgent, httpsRequest, ports.https] : [HttpAgent, httpRequest, ports.http];
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false, ...from });
  return {
    call: (host) => answerTo(request({ host: '127.0.0.1', port, agent, ...from, headers: { host } })),
    close: () => agent.destroy(),
  };
}

async function answerTo(request: ClientRequest): Promise<string> {
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return `${response.statusCode} ${await text(response)}`;
}

async function http2Caller(port: number, from: { readonly localAddress: string; readonly servername: string }) {
  const how = { host: '127.0.0.1', port, ALPNProtocols: ['h2'], rejectUnauthorized: false, ...from };
  const socket = connectTls(how);
  await once(socket, 'secureConnect');
  const session = connectHttp2('https://edge.test', { createConnection: () => socket });
  return {
    call: async (host: string) => {
      const stream = session.request({ [constants.HTTP2_HEADER_AUTHORITY]: host });
      const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders & IncomingHttpStatusHeader];
      return `${headers[':status']} ${await text(stream)}`;
    },
    close: () => session.destroy(),
  };
}
