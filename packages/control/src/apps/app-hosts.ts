/**
 * The names an app answers to. Every app has its internal names; only `local_public` has a public one. For now
 * `local_private` is the same as `local`: one machine has no private network beside the internal one.
 */
import type { PlatformFacts } from '../control.ts';
import type { AppSettings } from './app-settings.ts';

const INTERNAL_SUFFIX = 'svc.cluster.local';
const DEFAULT_PORTS = { http: 80, https: 443 } as const;

type UrlFacts = Pick<PlatformFacts, 'domain' | 'httpPort' | 'urlScheme'>;

export interface AppAddress {
  readonly appName: string;
  readonly subdomain: string;
  readonly mapping: AppSettings['managed_domain_mappings'];
}

export function hostsFor({ appName, subdomain, mapping }: AppAddress, facts: UrlFacts): readonly string[] {
  const short = `${appName}.${subdomain}`;
  const internal = [`${short}.${INTERNAL_SUFFIX}`, short];
  return mapping === 'local_public' ? [`${short}.${facts.domain}`, ...internal] : internal;
}

export function internalUrlFor({ appName, subdomain }: AppAddress): string {
  return `http://${appName}.${subdomain}.${INTERNAL_SUFFIX}`;
}

/** The public address; the internal one when the app has no other. */
export function urlFor(address: AppAddress, facts: UrlFacts): string {
  if (address.mapping !== 'local_public') return internalUrlFor(address);
  const port = facts.httpPort === DEFAULT_PORTS[facts.urlScheme] ? '' : `:${facts.httpPort}`;
  return `${facts.urlScheme}://${address.appName}.${address.subdomain}.${facts.domain}${port}`;
}
