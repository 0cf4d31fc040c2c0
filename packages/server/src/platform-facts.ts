/** The facts of one installation as resources show them, from its configuration. */
import { createHash } from 'node:crypto';
import type { PlatformFacts } from '@slipway/control';
import { createTrustLook, type PlatformConfig } from '@slipway/setup';

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
    ...httpsFor(config),
    ...(config.privateEntry && { privatePort: config.privateEntry.port }),
    openRanges: config.network.openRanges ?? [],
    apiBaseUrl: `http://${reachableHost(config.api.address)}:${config.api.port}/v2`,
    instanceApiUrl: `http://${INSTANCE_API_HOST}:${config.api.port}`,
    registry: `${reachableHost(config.registry.address)}:${config.registry.port}`,
  };
}

function httpsFor(config: PlatformConfig): Pick<PlatformFacts, 'https'> {
  const { port, urls } = config.https;
  if (port === 0 || urls === 'http') return {};
  return { https: { port, isTrusted: urls === 'https' ? () => true : createTrustLook(config) } };
}

/** Where this machine reaches a listener: a wildcard on loopback; IPv6 in brackets. */
export function reachableHost(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}
