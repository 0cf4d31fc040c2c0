/**
 * The names an app answers to, and from where. Instances of its own project reach every app by its internal name; a
 * public app has a name at the edge besides, a private one a name at the private entry, if the platform has that
 * listener. An internal name is never one of the edge, where a stranger could ask for it in a Host header.
 */
import { hostBehind } from '@slipway/engine';
import type { PlatformFacts } from '../control.ts';
import type { AppSettings } from './app-settings.ts';

const INTERNAL_SUFFIX = 'svc.cluster.local';
const DEFAULT_PORTS = { http: 80, https: 443 } as const;

type UrlFacts = Pick<PlatformFacts, 'domain' | 'httpPort' | 'https' | 'privatePort'>;

export interface AppAddress {
  readonly appName: string;
  readonly subdomain: string;
  readonly mapping: AppSettings['managed_domain_mappings'];
  /** Its project has a certificate that every client trusts. */
  readonly hasPublicCertificate?: boolean | undefined;
}

export function hostsFor(address: AppAddress, facts: UrlFacts): readonly string[] {
  const outside = outsideFor(address, facts);
  const internal = hostBehind('project', internalNameFor(address));
  return outside ? [hostBehind(outside.door, outside.name), internal] : [internal];
}

export function internalUrlFor(address: AppAddress): string {
  return `http://${internalNameFor(address)}`;
}

/** The address of the widest reach, as a client of this machine accepts it: of the edge, of the private entry, or the internal one. */
export function urlFor(address: AppAddress, facts: UrlFacts): string {
  const outside = outsideFor(address, facts);
  if (!outside) return internalUrlFor(address);
  const { scheme, name, port } = outside;
  return `${scheme}://${name}${port === DEFAULT_PORTS[scheme] ? '' : `:${port}`}`;
}

function outsideFor({ appName, hasPublicCertificate, subdomain, mapping }: AppAddress, facts: UrlFacts) {
  const { domain, httpPort, https, privatePort } = facts;
  if (mapping === 'local_public') {
    const name = `${appName}.${subdomain}.${domain}`;
    const isTrusted = https !== undefined && (hasPublicCertificate === true || https.isTrusted());
    if (isTrusted) return { door: 'public', scheme: 'https', name, port: https.port } as const;
    return { door: 'public', scheme: 'http', name, port: httpPort } as const;
  }
  if (mapping === 'local' || privatePort === undefined) return undefined;
  const name = `${appName}.${subdomain}.private.${domain}`;
  return { door: 'private', scheme: 'http', name, port: privatePort } as const;
}

function internalNameFor({ appName, subdomain }: AppAddress): string {
  return `${appName}.${subdomain}.${INTERNAL_SUFFIX}`;
}
