/** A platform whose ports are taken cannot start; who has them, and what to do, is told before anything is made for it. */
import { readFile } from 'node:fs/promises';
import type { PlatformConfig } from './platform-config.ts';
import { platformFlag } from './platform-flag.ts';
import { SetupFault } from './setup-fault.ts';
import { findPortHolder, isPortFree } from './tcp-ports.ts';

const PORT_FLAGS = [
  ['api', '--api-port', 'API'],
  ['http', '--http-port', 'apps'],
  ['https', '--https-port', 'apps over HTTPS'],
  ['registry', '--registry-port', 'registry'],
] as const;

export async function refuseTakenPorts(config: PlatformConfig): Promise<void> {
  for (const [part, flag, what] of PORT_FLAGS) {
    const { port } = config[part];
    const address = config[part].address || config.http.address;
    if (port === 0 || (await isPortFree(address, port))) continue;
    const holder = await findPortHolder(port);
    // A proxy or registry which outlived a killed daemon is the platform's own: it is adopted.
    if (holder && (await isOwn(config, holder.pid))) continue;
    const who = holder ? `"${holder.program}" (process ${holder.pid}) listens there` : 'another process listens there';
    throw new SetupFault(`Cannot use ${address}:${port} for the ${what}: ${who}`, [
      `End that process, or choose another port: slipway up${platformFlag(config.name)} ${flag} PORT`,
    ]);
  }
}

async function isOwn(config: PlatformConfig, pid: number): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes(`${config.runDir}/`) || command.includes(`${config.stateDir}/`);
}
