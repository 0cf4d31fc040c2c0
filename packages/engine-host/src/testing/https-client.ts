/** For tests of HTTPS: certificates made by openssl, and what a client is shown. */
import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { CertificateWorkload } from '@slipway/engine';
import { runProcess } from '@slipway/process';
import type { HttpsConfig } from '../proxy/haproxy-config.ts';
import { freePort } from './engine-bed.ts';

let made = 0;

/** A self-signed certificate for these hosts, filed in the folder for a moment. */
export async function makeCertificate(dir: string, hosts: readonly string[]): Promise<CertificateWorkload> {
  made += 1;
  const [key, certificate] = [join(dir, `made-${made}.key`), join(dir, `made-${made}.crt`)];
  const names = `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}`;
  const fresh = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3'];
  const subject = ['-subj', `/CN=made ${made}`, '-addext', names];
  await runProcess(['openssl', 'req', ...fresh, ...subject, '-keyout', key, '-out', certificate]);
  const [chainPem, keyPem] = [await readFile(certificate, 'utf8'), await readFile(key, 'utf8')];
  return { certificateName: 'p1/own', hosts, chainPem, keyPem };
}

/** HTTPS on a free port of loopback, with a certificate for names that nobody has. */
export async function openHttps(dir: string): Promise<HttpsConfig> {
  const { chainPem, keyPem } = await makeCertificate(dir, ['unknown.invalid']);
  const defaultCertificate = join(dir, 'default.pem');
  await writeFile(defaultCertificate, `${chainPem}${keyPem}`, { mode: 0o600 });
  return { address: '127.0.0.1', port: await freePort(), isForced: false, answersChallenges: true, defaultCertificate };
}

/** Fingerprint of the certificate that a client who asks for the host is shown. */
export function certificateShown(port: number, host: string): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  // Whom it names is looked at, not believed.
  const socket = connect({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false });
  socket.on('secureConnect', () => {
    const raw = socket.getPeerCertificate().raw;
    resolve(new X509Certificate(raw).fingerprint256);
    socket.destroy();
  });
  socket.on('error', reject);
  return promise;
}
