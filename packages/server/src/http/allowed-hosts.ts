/**
 * Guards against DNS rebinding: a web page under an attacker's name that resolves to this machine sends that name in
 * its Host header. Such an attack always needs a name, so addresses of the listener and the loopback names are enough.
 */
import { isIP } from 'node:net';

const WILDCARD_ADDRESSES: readonly string[] = ['0.0.0.0', '::'];

export interface AllowedHosts {
  /** What the API listens on; a wildcard allows every address, never another name. */
  readonly address: string;
  /** Further names, lower case, e.g. the host of the configured base URL. */
  readonly names: readonly string[];
}

export function isAllowedHost(header: string | undefined, allowed: AllowedHosts): boolean {
  const host = hostOf(header ?? '');
  if (host === 'localhost' || host === allowed.address || allowed.names.includes(host)) return true;
  const family = isIP(host);
  if (family === 0) return false;
  if (WILDCARD_ADDRESSES.includes(allowed.address)) return true;
  return family === 4 ? host.startsWith('127.') : host === '::1';
}

/** `[::1]:8780` → `::1`, `LocalHost:8780` → `localhost`. */
function hostOf(header: string): string {
  const bracketed = /^\[([^\]]*)\](:\d+)?$/.exec(header);
  return (bracketed?.[1] ?? header.replace(/:\d+$/, '')).toLowerCase();
}
