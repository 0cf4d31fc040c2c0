/**
 * What the machine knows about package registries, for build steps only: never part of an image, never a credential.
 */
import { SCRATCH_DIR } from '@slipway/plan';

/** Where the machine's CA bundle appears in build steps. Under /dev, which is never part of a layer. */
export const CA_BUNDLE_PATH = '/dev/slipway/ca-certificates.crt';
export const SCRATCH_PATH = SCRATCH_DIR;

const CA_VARIABLES = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'CARGO_HTTP_CAINFO',
];

export function caEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(CA_VARIABLES.map((name) => [name, CA_BUNDLE_PATH]));
}

const PASSED_VARIABLES = ['npm_config_registry', 'PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'GOPROXY', 'GOSUMDB'];

/**
 * Picks the registries from the machine's environment and npm configuration; an address with a user or password in it is
 * left out, because every build could read it.
 */
export function pickStepEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  npmrc: string,
): Readonly<Record<string, string>> {
  const registry = /^registry\s*=\s*(\S+)/m.exec(npmrc)?.[1];
  const found: Record<string, string> = registry === undefined ? {} : { npm_config_registry: registry };
  for (const name of PASSED_VARIABLES) {
    const value = environment[name];
    if (value !== undefined && value !== '') found[name] = value;
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => !/:\/\/[^/]*@/.test(value)));
}

const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy'];

/** The daemon's environment may hold secrets: buildah gets what it needs by name. It hands the proxies on to steps itself. */
export function buildahEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const names = ['PATH', 'HOME', 'LANG', ...PROXY_VARIABLES, ...PROXY_VARIABLES.map((name) => name.toUpperCase())];
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = environment[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
