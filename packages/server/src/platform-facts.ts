/** The facts of one installation as resources show them, from its configuration. Pure. */
import { createHash } from 'node:crypto';
import type { PlatformFacts } from '@slipway/control';
import type { PlatformConfig } from '@slipway/setup';

const HTTPS_PORT = 443;
/** A name that instances alone know: `internal` is never given away in public. */
export const INSTANCE_API_HOST = 'api.slipway.internal';

export function factsFor(config: PlatformConfig): PlatformFacts {
  return {
    platformName: config.name,
    region: 'local',
    // The public API knows accounts as 32 hex digits; a platform is one account.
    accountId: createHash('sha256').update(`account of ${config.platformId}`).digest('hex').slice(0, 32),
    domain: config.domain,
    httpPort: config.http.port,
    urlScheme: config.http.port === HTTPS_PORT ? 'https' : 'http',
    apiBaseUrl: `http://${reachableHost(config.api.address)}:${config.api.port}/v2`,
    instanceApiUrl: `http://${INSTANCE_API_HOST}:${config.api.port}`,
    registry: `${reachableHost(config.registry.address)}:${config.registry.port}`,
  };
}

/** Where this machine reaches a listener: a wildcard on loopback; IPv6 in brackets. */
export function reachableHost(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}
