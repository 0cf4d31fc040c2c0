/**
 * What a secret of each format must hold: pure rules, each answer with field, rule and fix. A value is never shown, and
 * what OpenSSL says about a key or a certificate is not either. Source: Code Engine "Working with secrets".
 */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { SecretFormat } from '@slipway/spec';
import { dataProblem, type Data } from '../data-rules.ts';
import type { FieldProblem } from '../refuse.ts';

interface FormatKeys {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** Formats that are not listed take any keys. */
const FORMAT_KEYS: Partial<Record<SecretFormat, FormatKeys>> = {
  ssh_auth: { required: ['ssh_key'], optional: ['known_hosts'] },
  basic_auth: { required: ['username', 'password'], optional: [] },
  hmac_auth: { required: ['access_key_id', 'secret_access_key'], optional: [] },
  tls: { required: ['tls_cert', 'tls_key'], optional: [] },
  registry: { required: ['server', 'username', 'password'], optional: ['email'] },
};

const PRIVATE_KEY_PATTERN = /^-----BEGIN [A-Z ]*PRIVATE KEY-----\n[\s\S]+\n-----END [A-Z ]*PRIVATE KEY-----\s*$/;
const CERTIFICATE_PATTERN = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const SERVER_PATTERN = /^(https?:\/\/)?[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d{1,5})?(\/\S*)?$/;
/** Stands for every value in a refusal. */
const HIDDEN = '(not shown)';

export function secretProblem(
  format: SecretFormat,
  data: Data,
  about: { readonly hasServiceAccess: boolean },
): FieldProblem | undefined {
  return formatProblem(format, about) ?? dataProblem(data) ?? keysProblem(format, data) ?? contentProblem(format, data);
}

function formatProblem(format: SecretFormat, { hasServiceAccess }: { hasServiceAccess: boolean }) {
  if (format === 'service_operator') {
    const rule = 'this is not available: the platform has no account whose service ids it could manage';
    return {
      field: 'format',
      value: format,
      rule,
      fix: 'Take a service_access secret with the credentials in its data',
    };
  }
  if (hasServiceAccess === (format === 'service_access')) return undefined;
  const field = 'service_access';
  return hasServiceAccess
    ? { field, value: HIDDEN, rule: `a ${format} secret has none`, fix: 'Leave it out, or take format service_access' }
    : { field, value: null, rule: 'a service_access secret needs one', fix: 'Name the service instance by its id' };
}

function keysProblem(format: SecretFormat, data: Data): FieldProblem | undefined {
  const keys = FORMAT_KEYS[format];
  if (!keys) return undefined;
  for (const key of keys.required) {
    const isThere = Object.hasOwn(data, key) && data[key] !== '';
    const rule = `a ${format} secret needs it`;
    if (!isThere) return { field: `data.${key}`, value: null, rule, fix: `Add "${key}" to the data` };
  }
  const allowed = [...keys.required, ...keys.optional];
  const other = Object.keys(data).find((key) => !allowed.includes(key));
  if (other === undefined) return undefined;
  const rule = `a ${format} secret has only ${allowed.join(', ')}`;
  return { field: `data.${other}`, value: HIDDEN, rule, fix: 'Remove it, or take format generic' };
}

function contentProblem(format: SecretFormat, data: Data): FieldProblem | undefined {
  if (format === 'ssh_auth') {
    const isKey = PRIVATE_KEY_PATTERN.test((data['ssh_key'] ?? '').replaceAll('\r\n', '\n'));
    const fix = 'Send the whole file with its first and last line';
    return isKey ? undefined : { field: 'data.ssh_key', value: HIDDEN, rule: 'it is no private key in PEM form', fix };
  }
  if (format === 'registry') {
    const value = data['server'] ?? '';
    const rule = 'it is no address of a registry';
    return SERVER_PATTERN.test(value)
      ? undefined
      : { field: 'data.server', value, rule, fix: 'Write a host like us.icr.io or registry.example.com:5000' };
  }
  return format === 'tls' ? tlsProblem(data) : undefined;
}

function tlsProblem(data: Data): FieldProblem | undefined {
  const certificate = readCertificate(data['tls_cert'] ?? '');
  if (!certificate) {
    const fix = 'Send the certificate, then those of its issuers, one after another';
    return { field: 'data.tls_cert', value: HIDDEN, rule: 'it is no chain of certificates in PEM form', fix };
  }
  const key = readPrivateKey(data['tls_key'] ?? '');
  if (!key) {
    const fix = 'Send the key of the certificate without a passphrase';
    return { field: 'data.tls_key', value: HIDDEN, rule: 'it is no private key in PEM form', fix };
  }
  if (certificate.checkPrivateKey(key)) return undefined;
  const rule = 'it does not belong to the first certificate';
  return {
    field: 'data.tls_key',
    value: HIDDEN,
    rule,
    fix: "Put the domain's own certificate first, before its issuers",
  };
}

/** The first certificate of a chain; undefined when any of it cannot be read. */
export function readCertificate(chain: string): X509Certificate | undefined {
  const [first, ...issuers] = chain.match(CERTIFICATE_PATTERN) ?? [];
  if (first === undefined || chain.replaceAll(CERTIFICATE_PATTERN, '').includes('-----')) return undefined;
  try {
    for (const issuer of issuers) void new X509Certificate(issuer);
    return new X509Certificate(first);
  } catch {
    // Whatever is wrong with it, it is no certificate.
    return undefined;
  }
}

function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // What OpenSSL says may quote the key.
    return undefined;
  }
}
