/**
 * The names an app answers to from outside: one for `local_public`, none for the others. An internal name never becomes
 * a host of the edge, where a stranger could ask for it in a Host header. `local_private` is the same as `local`: one
 * machine has no private network beside the internal one.
 */
import type { PlatformFacts } from '../control.ts';
import type { AppSettings } from './app-settings.ts';

const INTERNAL_SUFFIX = 'svc.cluster.local';
const DEFAULT_PORTS = { http: 80, https: 443 } as const;

type UrlFacts = Pick<PlatformFacts, 'domain' | 'httpPort' | 'https'>;

export interface AppAddress {
  readonly appName: string;
  readonly subdomain: string;
  readonly mapping: AppSettings['managed_domain_mappings'];
  /** Its project has a certificate that every client trusts. */
  readonly hasPublicCertificate?: boolean | undefined;
}

export function hostsFor({ appName, subdomain, mapping }: AppAddress, facts: UrlFacts): readonly string[] {
  return mapping === 'local_public' ? [`${appName}.${subdomain}.${facts.domain}`] : [];
}

export function internalUrlFor({ appName, subdomain }: AppAddress): string {
  return `http://${appName}.${subdomain}.${INTERNAL_SUFFIX}`;
}

/** The public address, as a client of this machine accepts it; the internal one when the app has no other. */
export function urlFor(address: AppAddress, { domain, httpPort, https }: UrlFacts): string {
  if (address.mapping !== 'local_public') return internalUrlFor(address);
  const isTrusted = https !== undefined && (address.hasPublicCertificate === true || https.isTrusted());
  const [scheme, port] = isTrusted ? (['https', https.port] as const) : (['http', httpPort] as const);
  const suffix = port === DEFAULT_PORTS[scheme] ? '' : `:${port}`;
  return `${scheme}://${address.appName}.${address.subdomain}.${domain}${suffix}`;
}
