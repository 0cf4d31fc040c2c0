/** A token of the bundled registry for the platform itself, without the way over HTTP that other callers take. */
import { EngineFault } from '@slipway/engine';
import type { RegistryTokenIssuer } from './registry-token-issuer.ts';

export type PlatformTokenIssuer = Pick<RegistryTokenIssuer, 'handleRegistryTokenRequest' | 'platformLogin'>;

/** The value of an Authorization header. `scopes`: `repository:shop/web:pull,push`. */
export async function platformAuthorization(issuer: PlatformTokenIssuer, scopes: readonly string[]): Promise<string> {
  const { username, password } = issuer.platformLogin();
  const { body } = await issuer.handleRegistryTokenRequest({
    scope: scopes,
    service: undefined,
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  });
  if (typeof body['token'] !== 'string')
    throw new EngineFault('engine_unavailable', 'The image registry gives no token');
  return `Bearer ${body['token']}`;
}
