/** Who gets in: the administrator here, and the exact commands by which somebody on another machine does. Pure. */
import { adminTokenFile, authorityPath, platformFlag, type PlatformConfig } from '@slipway/setup';

type Facts = Pick<PlatformConfig, 'api' | 'name' | 'stateDir'>;

const EVERY_ADDRESS: readonly string[] = ['0.0.0.0', '::'];

/** What the start that made a platform says, and no later one. */
export const FIRST_START_LINE = 'Root on this machine needs no log-in. To let others in: slipway status --access';

export function accessLines(config: Facts): readonly string[] {
  const flag = platformFlag(config.name);
  const { address, port } = config.api;
  const isLocal = address.startsWith('127.') || address === '::1';
  const host = isLocal || EVERY_ADDRESS.includes(address) ? 'HOST' : address;
  return [
    `As root on this machine you are the administrator, and commands need no log-in (token: ${adminTokenFile(config)}).`,
    'To let somebody in from elsewhere, a user of any name:',
    `  slipway member add dev --role writer${flag}`,
    `  slipway apikey create laptop --owner dev --quiet${flag} > dev.key`,
    ...(isLocal
      ? [`  slipway down${flag}, then slipway up --api-address 0.0.0.0${flag}: the API is reached from here alone now`]
      : []),
    `  and there, with that file and ${authorityPath(config)}:`,
    `  slipway login --url https://${host}:${port} --ca-file ca.pem --apikey @dev.key`,
  ];
}
