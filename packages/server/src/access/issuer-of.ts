/** What a token says of its issuer, unproved: to choose who verifies it. */
import { decodeJwt } from 'jose';

export function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
