/** The systemd unit that brings a platform back after a reboot, for hosts that have systemd (`slipway up --boot`). */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess, writeFileAtomic } from '@slipway/process';
import type { PlatformConfig } from './platform-config.ts';
import { SetupFault } from './setup-fault.ts';
import { CHECKOUT } from './supervisor.ts';

function unitName(config: PlatformConfig): string {
  return config.name === 'default' ? 'slipway.service' : `slipway-${config.name}.service`;
}

export function renderBootUnit(template: string, config: PlatformConfig): string {
  return template.replaceAll('@NAME@', config.name).replaceAll('@LAUNCHER@', join(CHECKOUT, 'slipway'));
}

export async function enableAtBoot(config: PlatformConfig): Promise<string> {
  if (!existsSync('/run/systemd/system')) {
    throw new SetupFault('Cannot start the platform at boot: this machine does not run systemd', [
      `Let your init system run at boot: ${join(CHECKOUT, 'slipway')} up --platform ${config.name}`,
    ]);
  }
  const template = await readFile(join(import.meta.dirname, '../files/slipway.service'), 'utf8');
  await writeFileAtomic(join('/etc/systemd/system', unitName(config)), renderBootUnit(template, config));
  await runProcess(['systemctl', 'daemon-reload']);
  await runProcess(['systemctl', 'enable', '--quiet', unitName(config)]);
  return unitName(config);
}

/** At a purge; nothing to do where the unit was never made. */
export async function disableAtBoot(config: PlatformConfig): Promise<void> {
  const path = join('/etc/systemd/system', unitName(config));
  if (!existsSync(path)) return;
  await runProcess(['systemctl', 'disable', '--quiet', unitName(config)], { allowExitCodes: [0, 1] });
  await rm(path, { force: true });
}
