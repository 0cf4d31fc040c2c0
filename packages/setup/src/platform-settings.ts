/**
 * What an operator may choose about a platform: one table for the flags of `slipway up`, the environment variables and
 * the check against a platform that exists. A setting that names resources (ids, ranges, folders) is fixed at creation;
 * an address may change while the platform is stopped.
 */
import { isIPv4 } from 'node:net';
import {
  REDIRECT_MODES,
  SCALER_MODES,
  URL_SCHEMES,
  type AcmeSettings,
  type HttpsSettings,
  type ObserveSettings,
  type PlatformConfig,
  type ScalerMode,
} from './platform-config.ts';
import { isOtlpEndpoint, NO_ENDPOINT, OBSERVE_CHOICES, TRACE_RATIO_DEFAULT } from './observe-settings.ts';
import { SetupFault } from './setup-fault.ts';

export interface PlatformSettings {
  readonly stateDir?: string;
  readonly runDir?: string;
  readonly cacheDir?: string;
  readonly apiAddress?: string;
  readonly apiPort?: number;
  readonly httpAddress?: string;
  readonly httpPort?: number;
  readonly httpsAddress?: string;
  readonly httpsPort?: number;
  readonly httpsRedirect?: HttpsSettings['redirect'];
  readonly urlScheme?: HttpsSettings['urls'];
  readonly acmeEmail?: string;
  readonly acmeDirectory?: string;
  readonly acmeDnsHook?: string;
  readonly acmeCaFile?: string;
  readonly privateAddress?: string;
  readonly privatePort?: number;
  readonly registryPort?: number;
  readonly domain?: string;
  readonly network?: string;
  readonly uidBase?: number;
  readonly slots?: number;
  readonly imageBudget?: number;
  readonly projectRetention?: number;
  readonly auditRetention?: number;
  readonly requestsPerSecond?: number;
  readonly cpuCapacity?: number;
  readonly memoryCapacity?: number;
  readonly standbyMemory?: number;
  readonly scaler?: ScalerMode;
  readonly observe?: ObserveSettings['requests'];
  readonly otlpEndpoint?: string;
  readonly otlpHeadersFile?: string;
  readonly traceRatio?: number;
}

type SettingKind =
  | 'path'
  | 'address'
  | 'port'
  | 'open_port'
  | 'redirect'
  | 'scheme'
  | 'email'
  | 'link'
  | 'domain'
  | 'cidr'
  | 'count'
  | 'size'
  | 'span'
  | 'cores'
  | 'budget'
  | 'scaler'
  | 'observe'
  | 'endpoint'
  | 'ratio';

export interface SettingRule {
  readonly key: keyof PlatformSettings;
  readonly flag: string;
  readonly kind: SettingKind;
  readonly summary: string;
  /** May differ from an existing platform while it is stopped. */
  readonly changeable: boolean;
  readonly read: (config: PlatformConfig) => string | number;
}

/** Instead of an e-mail address: no public authority. */
const NO_ACME = 'none';
const ACME_DIRECTORY = 'https://acme-v02.api.letsencrypt.org/directory';

export const PLATFORM_SETTINGS: readonly SettingRule[] = [
  rule('stateDir', 'path', 'what survives a reboot', (c) => c.stateDir),
  rule('runDir', 'path', 'sockets and process ids', (c) => c.runDir),
  rule('cacheDir', 'path', 'composed base images, shared by all platforms', (c) => c.cacheDir),
  rule('apiAddress', 'address', 'address of the API', (c) => c.api.address, true),
  rule('apiPort', 'port', 'port of the API', (c) => c.api.port, true),
  rule('httpAddress', 'address', 'address the apps listen on; 0.0.0.0 opens them to the network', httpAddress, true),
  rule('httpPort', 'port', 'port the apps listen on', (c) => c.http.port, true),
  rule('httpsPort', 'open_port', 'port the apps listen on for HTTPS; 0 for none', (c) => c.https.port, true),
  rule('httpsAddress', 'address', 'address of that port; the same as of HTTP by default', httpsAddress, true),
  rule('httpsRedirect', 'redirect', 'send plain requests to HTTPS: auto, on or off', (c) => c.https.redirect, true),
  rule('urlScheme', 'scheme', 'what URLs of apps say: auto, http or https', (c) => c.https.urls, true),
  rule('acmeEmail', 'email', 'your address, for certificates of a public authority', acmeOf('email', NO_ACME), true),
  rule('acmeDirectory', 'link', 'the directory of that authority', acmeOf('directory', ACME_DIRECTORY), true),
  rule('acmeDnsHook', 'path', 'program that answers its DNS challenges, for wildcards', acmeOf('dnsHook', ''), true),
  rule('acmeCaFile', 'path', 'certificates to trust the authority itself by', acmeOf('caFile', ''), true),
  rule(
    'privateAddress',
    'address',
    'address that private apps listen on; there is none without it',
    privateAddress,
    true,
  ),
  rule('privatePort', 'port', 'port that private apps listen on', privatePort, true),
  rule('registryPort', 'port', 'port of the bundled image registry', (c) => c.registry.port),
  rule('domain', 'domain', 'host suffix of app URLs', (c) => c.domain, true),
  rule('network', 'cidr', 'private range of the apps', (c) => c.network.cidr),
  rule('uidBase', 'count', 'first user id of the apps', (c) => c.users.base),
  rule('imageBudget', 'size', 'disk for images that no app uses, e.g. 20G', (c) => c.imageBudgetBytes, true),
  rule('cpuCapacity', 'cores', 'vCPU that all apps and builds may have together', cpuCapacity, true),
  rule('memoryCapacity', 'size', 'memory that all apps and builds may have together', memoryCapacity, true),
  rule('standbyMemory', 'budget', 'memory for sleeping apps that stand by, e.g. 2G; 0 for none', standbyMemory, true),
  rule('projectRetention', 'span', 'how long a deleted project can be restored, e.g. 7d', retentionMs, true),
  rule('requestsPerSecond', 'count', 'requests to the API of one user', requestsPerSecond, true),
  rule('auditRetention', 'span', 'how long audit records are kept, e.g. 90d', auditRetentionMs, true),
  rule('scaler', 'scaler', 'how apps are scaled: fast, or by the arithmetic of knative', scalerMode, true),
  rule('observe', 'observe', 'what is observed of requests: auto, off, metrics or traces', observed, true),
  rule('otlpEndpoint', 'endpoint', 'collector of traces and metrics, e.g. http://127.0.0.1:4318', otlpEndpoint, true),
  rule('otlpHeadersFile', 'path', 'file with headers for the collector, e.g. a token', otlpHeadersFile, true),
  rule('traceRatio', 'ratio', 'part of requests to trace if their callers do not say', traceRatio, true),
  rule('slots', 'count', 'apps that may be awake at once', (c) => c.slotCount, true),
];

function rule(
  key: keyof PlatformSettings,
  kind: SettingKind,
  ...[summary, read, changeable]: [string, SettingRule['read'], boolean?]
): SettingRule {
  const flag = `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return { key, flag, kind, summary, changeable: changeable ?? false, read };
}

function httpsAddress({ http, https }: PlatformConfig): string {
  return https.address || http.address;
}

function acmeOf(key: keyof AcmeSettings, absent: string): SettingRule['read'] {
  return ({ acme }) => acme?.[key] ?? absent;
}

function httpAddress(config: PlatformConfig): string {
  return config.http.address;
}

function privateAddress({ privateEntry }: PlatformConfig): string {
  return privateEntry?.address ?? 'none';
}

function privatePort({ privateEntry }: PlatformConfig): string | number {
  return privateEntry?.port ?? 'none';
}

function cpuCapacity(config: PlatformConfig): number {
  return config.capacity.cpuMillis;
}

function memoryCapacity(config: PlatformConfig): number {
  return config.capacity.memoryBytes;
}

function standbyMemory(config: PlatformConfig): string | number {
  return config.standbyMemoryBytes ?? 'a tenth of the machine';
}

function scalerMode({ scaling }: PlatformConfig): string {
  return scaling.mode ?? SCALER_MODES[0];
}

function observed({ observe }: PlatformConfig): string {
  return observe?.requests ?? 'auto';
}

function otlpEndpoint({ observe }: PlatformConfig): string {
  return observe?.otlpEndpoint ?? NO_ENDPOINT;
}

function otlpHeadersFile({ observe }: PlatformConfig): string {
  return observe?.otlpHeadersFile ?? '';
}

function traceRatio({ observe }: PlatformConfig): number {
  return observe?.traceRatio ?? TRACE_RATIO_DEFAULT;
}

function retentionMs(config: PlatformConfig): number {
  return config.projectRetentionMs;
}

function auditRetentionMs(config: PlatformConfig): number {
  return config.auditRetentionMs;
}

function requestsPerSecond(config: PlatformConfig): number {
  return config.requestsPerSecond;
}

/** `--api-port` → `SLIPWAY_API_PORT`. */
export function settingVariable(setting: SettingRule): string {
  return `SLIPWAY_${setting.flag.slice(2).replaceAll('-', '_').toUpperCase()}`;
}

/** The settings of flags over those of the environment; a value that is none of its kind is refused by its name. */
export function readPlatformSettings(
  flags: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
): PlatformSettings {
  const settings: Record<string, string | number> = {};
  for (const setting of PLATFORM_SETTINGS) {
    const flag = flags[setting.key];
    const text = typeof flag === 'string' ? flag : env[settingVariable(setting)];
    if (text === undefined || text === '') continue;
    const value = parseSetting(setting.kind, text);
    if (value === undefined) {
      const source = typeof flag === 'string' ? setting.flag : settingVariable(setting);
      throw new SetupFault(`Cannot use ${source} "${text}": ${KIND_RULES[setting.kind]}`);
    }
    settings[setting.key] = value;
  }
  return settings;
}

const KIND_RULES: Readonly<Record<SettingKind, string>> = {
  path: 'it must be an absolute path',
  address: 'it must be an IPv4 address, for example 127.0.0.1 or 0.0.0.0',
  port: 'it must be a number from 1 to 65535',
  open_port: 'it must be a number from 1 to 65535, or 0 for none',
  redirect: `it must be one of ${REDIRECT_MODES.join(', ')}`,
  scheme: `it must be one of ${URL_SCHEMES.join(', ')}`,
  email: 'it must be an e-mail address, or "none"',
  link: 'it must be an https address',
  domain: 'it must be a DNS name, for example "localhost" or "apps.example.com"',
  cidr: 'it must be a private IPv4 range of at most 22 bits, for example 10.208.0.0/12',
  count: 'it must be a whole number above 0',
  cores: 'it must be a number of cores above 0, for example 8 or 1.5',
  span: 'it must be 0, or a whole number with s, m, h or d, for example 12h',
  budget: 'it must be 0, or bytes, or end in M, G or T',
  scaler: `it must be one of ${SCALER_MODES.join(', ')}`,
  observe: `it must be one of ${OBSERVE_CHOICES.join(', ')}`,
  endpoint: 'it must be an http or https address without a name, password, query or fragment, or "none"',
  ratio: 'it must be a number from 0 to 1, for example 0.01',
  size: 'it must be bytes, or end in M, G or T, and be 1G or more',
};

export function parseSetting(kind: SettingKind, text: string): string | number | undefined {
  switch (kind) {
    case 'path':
      return text.startsWith('/') ? text.replace(/(.)\/+$/, '$1') : undefined;
    case 'address':
      return isIPv4(text) ? text : undefined;
    case 'port':
      return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? Number(text) : undefined;
    case 'open_port':
      return text === '0' ? 0 : parseSetting('port', text);
    case 'redirect':
      return REDIRECT_MODES.find((mode) => mode === text);
    case 'scheme':
      return URL_SCHEMES.find((scheme) => scheme === text);
    case 'email':
      return text === NO_ACME || /^[^\s@,]+@[^\s@,]+$/.test(text) ? text : undefined;
    case 'link':
      return /^https:\/\/\S+$/.test(text) && URL.canParse(text) ? text : undefined;
    case 'domain':
      return /^(?=.{1,200}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text)
        ? text
        : undefined;
    case 'cidr':
      return isPrivateRange(text) ? text : undefined;
    case 'size':
      return parseSize(text);
    case 'budget':
      return parseBytes(text);
    case 'cores':
      return parseCores(text);
    case 'scaler':
      return SCALER_MODES.find((mode) => mode === text);
    case 'observe':
      return OBSERVE_CHOICES.find((choice) => choice === text);
    case 'endpoint':
      return text === NO_ENDPOINT || isOtlpEndpoint(text) ? text : undefined;
    case 'ratio':
      return /^(0(\.\d{1,6})?|1(\.0{1,6})?)$/.test(text) ? Number(text) : undefined;
    case 'span':
      return parseSpan(text);
    case 'count':
      return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  }
}

const SIZE_UNITS: Readonly<Record<string, number>> = { '': 1, M: 1e6, G: 1e9, T: 1e12 };
const SIZE_BYTES_MIN = 1e9;

function parseSize(text: string): number | undefined {
  const bytes = parseBytes(text);
  return bytes !== undefined && bytes >= SIZE_BYTES_MIN ? bytes : undefined;
}

function parseBytes(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,15})([MGT]?)$/.exec(text) ?? [];
  const bytes = Number(digits) * (SIZE_UNITS[unit] ?? 1);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** In thousandths. */
function parseCores(text: string): number | undefined {
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(text)) return undefined;
  const millis = Math.round(Number(text) * 1000);
  return millis > 0 ? millis : undefined;
}

const SPAN_UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function parseSpan(text: string): number | undefined {
  if (text === '0') return 0;
  const [, digits, unit = ''] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  const spanMs = Number(digits) * (SPAN_UNITS[unit] ?? Number.NaN);
  return Number.isSafeInteger(spanMs) ? spanMs : undefined;
}

function isPrivateRange(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) < 8 || Number(bits) > 22) return false;
  const [a = 0, b = 0] = address.split('.').map(Number);
  return a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b < 128);
}

export interface SettingChange {
  readonly setting: SettingRule;
  readonly from: string | number;
  readonly to: string | number;
}

/** Every setting that differs from the platform as it is. */
export function settingChanges(config: PlatformConfig, settings: PlatformSettings): readonly SettingChange[] {
  const changes: SettingChange[] = [];
  for (const setting of PLATFORM_SETTINGS) {
    const to = settings[setting.key];
    const from = setting.read(config);
    if (to !== undefined && to !== from) changes.push({ setting, from, to });
  }
  return changes;
}

/** Pure: HTTPS and ACME with what is set of them. */
export function tlsSettings(
  { acme, https }: Pick<PlatformConfig, 'acme' | 'https'>,
  settings: PlatformSettings,
): Pick<PlatformConfig, 'acme' | 'https'> {
  const email = settings.acmeEmail ?? acme?.email ?? NO_ACME;
  const { acmeCaFile: caFile = acme?.caFile, acmeDnsHook: dnsHook = acme?.dnsHook } = settings;
  const authority: AcmeSettings = {
    email,
    directory: settings.acmeDirectory ?? acme?.directory ?? ACME_DIRECTORY,
    ...(dnsHook !== undefined && { dnsHook }),
    ...(caFile !== undefined && { caFile }),
  };
  return {
    https: {
      address: settings.httpsAddress ?? https.address,
      port: settings.httpsPort ?? https.port,
      redirect: settings.httpsRedirect ?? https.redirect,
      urls: settings.urlScheme ?? https.urls,
    },
    ...(email !== NO_ACME && { acme: authority }),
  };
}

/** Plain requests are sent to HTTPS: by default when a public authority vouches for all hosts of the platform. */
export function isRedirected({ acme, https }: Pick<PlatformConfig, 'acme' | 'https'>): boolean {
  if (https.port === 0) return false;
  return https.redirect === 'on' || (https.redirect === 'auto' && acme?.dnsHook !== undefined);
}
