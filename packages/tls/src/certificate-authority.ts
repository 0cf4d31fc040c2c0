/**
 * The platform's own certificate authority: a key that root alone reads, and a certificate that may vouch for the names
 * of this platform and for nothing else: whoever steals the key of one that is trusted cannot pass for other sites. It is made once: whoever trusted it would have to do so again for another one.
 */
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@slipway/process';
import type { IssuedCertificate } from './issued-certificate.ts';

export interface AuthorityPlace {
  /** `authority.pem` (key and certificate, root alone) and `ca.pem` (for everyone) lie here. */
  readonly dir: string;
  readonly platformName: string;
  /** It vouches for names under this one, and under `localhost`. */
  readonly domain: string;
}

export interface CertificateAuthority {
  readonly certificatePem: string;
  /** Names may begin with `*.`. */
  issue(hosts: readonly string[]): Promise<IssuedCertificate>;
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** As long as public authorities give; it is renewed long before. */
const LEAF_DAYS = 90;
/** For clocks that are behind. */
const BACKDATED_MS = 3_600_000;

function authorityFile(dir: string): string {
  return join(dir, 'ca.pem');
}

export async function openCertificateAuthority(place: AuthorityPlace): Promise<CertificateAuthority> {
  await mkdir(place.dir, { recursive: true, mode: 0o755 });
  const path = join(place.dir, 'authority.pem');
  const present = readPair(await readFile(path, 'utf8').catch(() => ''), place);
  const pair = present ?? (await makePair(place));
  if (!present) await writeFileAtomic(path, `${pair.keyPem}${pair.certificatePem}`, { mode: 0o600 });
  const published = await readFile(authorityFile(place.dir), 'utf8').catch(() => '');
  if (published !== pair.certificatePem) {
    await writeFileAtomic(authorityFile(place.dir), pair.certificatePem, { mode: 0o644 });
  }
  return { certificatePem: pair.certificatePem, issue: (hosts) => issueLeaf(pair, hosts) };
}

interface Pair {
  readonly keyPem: string;
  readonly certificatePem: string;
}

/** Undefined when there is none, when it is damaged or ends, and when it may not vouch for the platform's domain. */
function readPair(text: string, { domain }: AuthorityPlace): Pair | undefined {
  const [certificatePem] = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/.exec(text) ?? [];
  const [keyPem] = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----\n/.exec(text) ?? [];
  if (certificatePem === undefined || keyPem === undefined) return undefined;
  try {
    const certificate = new X509Certificate(certificatePem);
    const isOurs = certificate.subject.split('\n').includes(`OU=${domain}`);
    const outlivesLeaf = Date.parse(certificate.validTo) > Date.now() + LEAF_DAYS * DAY_MS;
    return isOurs && outlivesLeaf && certificate.checkPrivateKey(createPrivateKey(keyPem))
      ? { keyPem, certificatePem }
      : undefined;
  } catch {
    // What OpenSSL says may quote the key; a damaged pair is replaced.
    return undefined;
  }
}

/** Loaded when a certificate is made, which is seldom: a daemon that makes none does not carry it. */
function loadLibrary() {
  return import('@peculiar/x509');
}

async function makePair({ domain, platformName }: AuthorityPlace): Promise<Pair> {
  const x509 = await loadLibrary();
  const keys = await webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const serialNumber = randomSerial();
  const mark = serialNumber.slice(0, 6);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber,
      name: [{ O: ['Slipway'] }, { OU: [domain] }, { CN: [`Slipway ${platformName} ${mark}`] }],
      ...validity(AUTHORITY_DAYS),
      signingAlgorithm: SIGNATURE,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        new x509.Extension(OID_NAME_CONSTRAINTS, true, renderNameConstraints([...new Set([domain, 'localhost'])])),
      ],
    },
    webcrypto,
  );
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { keyPem: pemOf('PRIVATE KEY', pkcs8), certificatePem: pemOf('CERTIFICATE', certificate.rawData) };
}

const OID_NAME_CONSTRAINTS = '2.5.29.30';
const DER = { sequence: 0x30, dnsName: 0x82, ipAddress: 0x87, permitted: 0xa0, excluded: 0xa1 } as const;

/**
 * Permitted are names under these domains; excluded is every address, which a permitted name alone would leave open. By
 * hand, because the library knows no ranges of addresses. Source: RFC 5280 section 4.2.1.10.
 */
export function renderNameConstraints(domains: readonly string[]): Uint8Array {
  const subtree = (tag: number, base: Uint8Array) => der(DER.sequence, der(tag, base));
  const names = domains.map((domain) => subtree(DER.dnsName, Buffer.from(domain, 'ascii')));
  // Address and mask of zeros: all of IPv4, all of IPv6.
  const addresses = [8, 32].map((length) => subtree(DER.ipAddress, Buffer.alloc(length)));
  return der(DER.sequence, der(DER.permitted, ...names), der(DER.excluded, ...addresses));
}

/** Lengths from 128 on take a form of their own; up to 65,535 is enough here. */
function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

async function issueLeaf(authority: Pair, hosts: readonly string[]): Promise<IssuedCertificate> {
  const x509 = await loadLibrary();
  const issuer = new x509.X509Certificate(authority.certificatePem);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(authority.keyPem).export({ type: 'pkcs8', format: 'der' }),
    CURVE,
    false,
    ['sign'],
  );
  const keys = await webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const times = validity(LEAF_DAYS);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: randomSerial(),
      subject: [{ O: ['Slipway'] }],
      issuer: issuer.subjectName.toJSON(),
      ...times,
      signingAlgorithm: SIGNATURE,
      publicKey: keys.publicKey,
      signingKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns', value }))),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ],
    },
    webcrypto,
  );
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    chainPem: pemOf('CERTIFICATE', certificate.rawData),
    keyPem: pemOf('PRIVATE KEY', pkcs8),
    notBefore: times.notBefore,
    notAfter: times.notAfter,
  };
}

function validity(days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const notBefore = new Date(Date.now() - BACKDATED_MS);
  return { notBefore, notAfter: new Date(notBefore.getTime() + days * DAY_MS) };
}

/** Positive, and hard to foresee. */
function randomSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  return Buffer.from([((bytes[0] ?? 0) & 0x7f) | 0x40, ...bytes.subarray(1)]).toString('hex');
}

function pemOf(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
