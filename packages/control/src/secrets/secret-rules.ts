/**
 * What a secret of each format must hold: pure rules, each answer with field, rule and fix. A value is never shown, and
 * what OpenSSL says about a key or a certificate is not either. Source: Code Engine "Working with secrets".
 */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { SecretFormat } from '@slipway/spec';
import { dataProblem, type Data } from '../data-rules.ts';
import { variableNameFor } from '../bindings/binding-environment.ts';
import type { FieldProblem } from '../refuse.ts';
import { knownHostsFault, sshKeyFault, type ContentFault } from './ssh-content.ts';

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

const CERTIFICATE_PATTERN = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const SERVER_PATTERN = /^(https?:\/\/)?[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d{1,5})?(\/\S*)?$/;
const EMAIL_PATTERN = /^[^\s@]+@[^\s@]+$/;
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
  const allowed = [...keys.required, ...keys.optional];
  const other = Object.keys(data).find((key) => !allowed.includes(key));
  if (other !== undefined) return strayProblem(format, { other, allowed });
  for (const key of keys.required) {
    const isThere = Object.hasOwn(data, key) && data[key] !== '';
    const rule = `a ${format} secret needs it`;
    if (!isThere) return { field: `data.${key}`, value: null, rule, fix: `Add "${key}" to the data` };
  }
  return undefined;
}

function strayProblem(
  format: SecretFormat,
  { other, allowed }: { readonly other: string; readonly allowed: readonly string[] },
): FieldProblem {
  const rule = `a ${format} secret has only ${allowed.join(', ')}`;
  const isDocker = other.startsWith('.dockerc');
  const fix = isDocker ? 'Give the parts of the login instead' : 'Remove it, or take format generic';
  return { field: `data.${other}`, value: HIDDEN, rule, fix };
}

/** Values that go into a header or a command of a protocol, where a line break ends them. */
const LINE_KEYS: readonly string[] = ['server', 'username', 'password', 'email', 'access_key_id', 'secret_access_key'];

function contentProblem(format: SecretFormat, data: Data): FieldProblem | undefined {
  switch (format) {
    case 'ssh_auth':
      return (
        hiddenProblem('data.ssh_key', sshKeyFault(data['ssh_key'] ?? '')) ??
        hiddenProblem('data.known_hosts', knownHostsFault(data['known_hosts'] ?? ''))
      );
    case 'registry':
      return lineProblem(data) ?? loginProblem(data) ?? registryProblem(data);
    case 'basic_auth':
      return lineProblem(data) ?? loginProblem(data);
    case 'hmac_auth':
      return lineProblem(data);
    case 'tls':
      return tlsProblem(data);
    case 'service_access':
      return variablesProblem(data);
    case 'generic':
    case 'other':
    case 'service_operator':
      return undefined;
  }
}

function hiddenProblem(field: string, fault: ContentFault | undefined): FieldProblem | undefined {
  return fault && { field, value: HIDDEN, ...fault };
}

function lineProblem(data: Data): FieldProblem | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  const key = LINE_KEYS.find((name) => /[\u0000-\u001F\u007F]/.test(data[name] ?? ''));
  if (key === undefined) return undefined;
  const rule = 'it holds a line break or another control character';
  return { field: `data.${key}`, value: HIDDEN, rule, fix: 'Remove it; a file often ends with a line break' };
}

/** RFC 7617: a colon ends the name of the user. */
function loginProblem({ username = '' }: Data): FieldProblem | undefined {
  if (!username.includes(':')) return undefined;
  const rule = 'the name of a user has no colon';
  return { field: 'data.username', value: HIDDEN, rule, fix: 'Put the password into "password"' };
}

function registryProblem({ server = '', email = '' }: Data): FieldProblem | undefined {
  if (!SERVER_PATTERN.test(server)) {
    const fix = 'Write a host like us.icr.io or registry.example.com:5000';
    return { field: 'data.server', value: server, rule: 'it is no address of a registry', fix };
  }
  if (email === '' || EMAIL_PATTERN.test(email)) return undefined;
  const rule = 'it is no e-mail address';
  return { field: 'data.email', value: HIDDEN, rule, fix: 'Write one like a@example.com, or leave it out' };
}

/** Each credential becomes a variable of the components that are bound to the service. */
function variablesProblem(data: Data): FieldProblem | undefined {
  const keys = new Map<string, string>([['SERVICENAME', 'the name of the service']]);
  for (const key of Object.keys(data)) {
    const name = variableNameFor(key);
    const other = keys.get(name);
    const rule = `its variable has the same name as that of ${other}: ${name}`;
    if (other !== undefined) return { field: `data.${key}`, value: HIDDEN, rule, fix: 'Rename one of them' };
    keys.set(name, `"${key}"`);
  }
  return undefined;
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
  const fix = "Put the domain's own certificate first, then each one's issuer";
  if (!certificate.checkPrivateKey(key)) {
    return { field: 'data.tls_key', value: HIDDEN, rule: 'it does not belong to the first certificate', fix };
  }
  const stray = strayIssuer(data['tls_cert'] ?? '');
  if (stray === undefined) return undefined;
  return { field: 'data.tls_cert', value: HIDDEN, rule: `certificate ${stray} did not issue the one before it`, fix };
}

/** The place of the first certificate that did not issue its predecessor; the chain can be read. */
function strayIssuer(chain: string): number | undefined {
  const certificates = (chain.match(CERTIFICATE_PATTERN) ?? []).map((text) => new X509Certificate(text));
  const at = certificates.findIndex((issuer, index) => {
    const subject = certificates[index - 1];
    return subject !== undefined && !(subject.checkIssued(issuer) && subject.verify(issuer.publicKey));
  });
  return at < 0 ? undefined : at + 1;
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
