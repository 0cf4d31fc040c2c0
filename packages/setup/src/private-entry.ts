/** The listener of private apps: where it is, from the settings and from what was before. Pure. */
import type { PlatformConfig } from './platform-config.ts';
import type { PlatformSettings } from './platform-settings.ts';
import { SetupFault } from './setup-fault.ts';

const ANY_ADDRESS = '0.0.0.0';
const LOOPBACK = '127.0.0.1';

/** Absent while nobody asked for one. Without a port of its own it has that of the public apps, on another address. */
export function privateEntryFor(
  settings: Pick<PlatformSettings, 'privateAddress' | 'privatePort'>,
  { http, privateEntry }: Pick<PlatformConfig, 'http' | 'privateEntry'>,
): Pick<PlatformConfig, 'privateEntry'> {
  const { privateAddress, privatePort } = settings;
  if (privateAddress === undefined && privatePort === undefined && privateEntry === undefined) return {};
  const entry = {
    address: privateAddress ?? privateEntry?.address ?? LOOPBACK,
    port: privatePort ?? privateEntry?.port ?? http.port,
  };
  const meets = [entry.address, http.address].includes(ANY_ADDRESS) || entry.address === http.address;
  if (entry.port !== http.port || !meets) return { privateEntry: entry };
  throw new SetupFault(
    `Cannot use ${entry.address}:${entry.port} for private apps: public apps listen on ${http.address}:${http.port}`,
    ['Choose another port with --private-port, or two addresses that differ'],
  );
}
