/**
 * HTTPS at the edge: requests over connections that stay, and a handshake for each request, against the proxy with TLS that
 * a person would write by hand for this one app. Both have a certificate with an elliptic key and lead to one instance.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import type { BenchContext, Figure, Series } from './figure.ts';
import { firstByteMs, freePort, startProgram } from './programs.ts';
import { parseWrk, prepareTarget, renderProxyConfig } from './warm-path.ts';

const CONNECTIONS = 32;
const LOAD_SECONDS = 1;
const HOST = 'warm.default.localhost';

type TlsMeasure = 'requests' | 'handshakes';

const METHOD = `wrk, ${CONNECTIONS} connections, ${LOAD_SECONDS} s a round, one thread, from the same machine; for handshakes each request closes its
connection, and no session is resumed. "HAProxy by hand" has one backend, one thread, a certificate with a P-256 key and
otherwise HAProxy's own settings of TLS.`;

const LIMIT = `The platform does per request what the warm path does. In a handshake it looks the name up among all certificates; the
ciphers that it leaves out were not the fast ones.`;

export const WARM_TLS: readonly Figure[] = [
  tlsFigure('requests', 'HTTPS, requests per second over connections that stay'),
  tlsFigure('handshakes', 'HTTPS, handshakes per second'),
];

function tlsFigure(measure: TlsMeasure, title: string): Figure {
  return {
    id: `https-${measure}`,
    title,
    unit: `${measure}/s`,
    better: 'higher',
    targets: [{ baseline: 'HAProxy by hand, with TLS', ratio: 0.9 }],
    rounds: 10,
    method: METHOD,
    limit: LIMIT,
    prepare: async (context: BenchContext, stack: AsyncDisposableStack): Promise<readonly Series[]> => {
      const { target } = await prepareTarget(context, { stack });
      const byHand = await startByHand(target, { context, stack });
      const { platform } = context;
      return [
        loadSeries('HAProxy by hand, with TLS', { port: byHand, measure }),
        ...(platform ? [loadSeries('slipway', { port: platform.config.https.port, measure })] : []),
      ];
    },
  };
}

function loadSeries(name: string, { measure, port }: { readonly measure: TlsMeasure; readonly port: number }): Series {
  const closing = measure === 'handshakes' ? ['--header', 'Connection: close'] : [];
  return {
    name,
    async measure() {
      const argv = ['--threads', '1', '--connections', `${CONNECTIONS}`, '--duration', `${LOAD_SECONDS}s`, '--latency'];
      const host = ['--header', `Host: ${HOST}`];
      const { stdout } = await runProcess(['wrk', ...argv, ...host, ...closing, `https://127.0.0.1:${port}/`]);
      return parseWrk(stdout).requestsPerSecond;
    },
  };
}

async function startByHand(
  target: string,
  { context, stack }: { readonly context: BenchContext; readonly stack: AsyncDisposableStack },
): Promise<number> {
  const [plainPort, port] = [await freePort(), await freePort()];
  const at = (name: string) => join(context.folder, `tls-${port}-${name}`);
  const fresh = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3'];
  await runProcess(['openssl', 'req', ...fresh, '-subj', `/CN=${HOST}`, '-keyout', at('key'), '-out', at('crt')]);
  await writeFile(at('pem'), `${await readFile(at('crt'), 'utf8')}${await readFile(at('key'), 'utf8')}`, {
    mode: 0o600,
  });
  const plain = renderProxyConfig({ listenPort: plainPort, target, threads: 1, hasHeaders: true });
  const bind = `  bind 127.0.0.1:${plainPort}\n`;
  await writeFile(
    at('cfg'),
    plain.replace(bind, `${bind}  bind 127.0.0.1:${port} ssl crt ${at('pem')} alpn h2,http/1.1\n`),
  );
  startProgram(['haproxy', '-db', '-f', at('cfg')], { stack });
  await firstByteMs({ port: plainPort, startedAt: performance.now() });
  return port;
}
