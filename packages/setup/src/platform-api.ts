/** Asks a platform whether it is there. The command line's real client is elsewhere; set-up needs this one answer. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '@slipway/spec';
import { localFetch } from './local-fetch.ts';
import type { PlatformConfig } from './platform-config.ts';
import { SetupFault, systemErrorCode } from './setup-fault.ts';

const ANSWER_TIMEOUT_MS = 5000;

/** Where this machine reaches the API: a wildcard address is reached on loopback. */
export function apiUrl(config: PlatformConfig): string {
  const address = config.api.address === '0.0.0.0' ? '127.0.0.1' : config.api.address;
  return `http://${address}:${config.api.port}`;
}

/** Made by the daemon when it starts for the first time. */
export function adminTokenFile({ stateDir }: Pick<PlatformConfig, 'stateDir'>): string {
  return join(stateDir, 'admin-token');
}

export async function readAdminToken(config: PlatformConfig): Promise<string> {
  const path = adminTokenFile(config);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const fix = systemErrorCode(error) === 'EACCES' ? 'Run it with sudo' : 'Start the platform: slipway up';
    throw new SetupFault(`Cannot read the admin token ${path}`, [fix], { cause: error });
  }
}

/** The platform's own description, or undefined while nothing answers. */
export async function askPlatform(config: PlatformConfig): Promise<Platform | undefined> {
  try {
    const token = await readAdminToken(config);
    const response = await localFetch(`${apiUrl(config)}/v2/platform`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    return response.ok ? (JSON.parse(await response.text()) as Platform) : undefined;
  } catch {
    // Not started, starting, or gone in between: all the same to the caller, who asks again or reports it.
    return undefined;
  }
}
