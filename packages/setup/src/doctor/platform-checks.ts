/** Checks of one platform: is it created, does it run, does every part of it answer, and are its ports its own. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { PlatformConfig } from '../platform-config.ts';
import { askPlatform, apiUrl } from '../platform-api.ts';
import { hasMountNamespace } from '../mount-namespace.ts';
import { askRegistry, connects } from '../status.ts';
import { daemonLogPath, supervisorPid } from '../supervisor.ts';
import { findPortHolder, isPortFree } from '../tcp-ports.ts';
import { authorityPath, createTrustLook, trustedPath } from '../trust-authority.ts';
import { failed, ok, warning, type Check, type CheckFinding } from './check.ts';

export function platformChecks(name: string, config: PlatformConfig | undefined): readonly Check[] {
  if (!config) {
    const finding = warning(
      `platform "${name}" does not exist yet`,
      'Make it: ./slipway up, or ./slipway deploy FOLDER',
    );
    return [{ id: 'platform', title: 'Platform', run: async () => finding }];
  }
  return [
    { id: 'platform', title: 'Platform', run: () => tryPlatform(config) },
    { id: 'mount_namespace', title: 'Mount namespace', run: () => whenRunning(config, () => tryNamespace(config)) },
    { id: 'port_api', title: 'Port of the API', run: () => tryPort(config, config.api, '--api-port') },
    { id: 'port_http', title: 'Port of the apps', run: () => tryPort(config, config.http, '--http-port') },
    { id: 'port_https', title: 'Port of the apps over HTTPS', run: () => tryHttps(config) },
    { id: 'authority', title: 'Own certificate authority', run: () => tryAuthority(config) },
    {
      id: 'port_registry',
      title: 'Port of the registry',
      run: () => tryPort(config, config.registry, '--registry-port'),
    },
    { id: 'registry', title: 'Registry', run: () => whenRunning(config, () => tryRegistry(config)) },
    { id: 'proxy', title: 'Proxy', run: () => whenRunning(config, () => tryProxy(config)) },
  ];
}

async function tryPlatform(config: PlatformConfig): Promise<CheckFinding> {
  const platform = await askPlatform(config);
  const isSupervised = (await supervisorPid(config)) !== undefined;
  if (platform?.status === 'ready') {
    const detail = `"${config.name}" ${platform.version} answers at ${apiUrl(config)}`;
    return isSupervised
      ? ok(detail)
      : warning(`${detail}, and nothing restarts it`, 'Start again: ./slipway down, then ./slipway up');
  }
  if (!isSupervised) return warning(`"${config.name}" is stopped`, 'Start it: ./slipway up');
  return failed(
    `"${config.name}" runs and does not answer at ${apiUrl(config)}`,
    `Look at its log: ${daemonLogPath(config)}`,
  );
}

async function whenRunning(config: PlatformConfig, check: () => Promise<CheckFinding>): Promise<CheckFinding> {
  return (await supervisorPid(config)) === undefined ? ok('stopped with the platform') : check();
}

async function tryNamespace(config: PlatformConfig): Promise<CheckFinding> {
  if (await hasMountNamespace(config.runDir)) return ok(`${config.runDir}/mnt`);
  return failed(`${config.runDir}/mnt is gone`, 'Start again: ./slipway down, then ./slipway up');
}

async function tryPort(
  config: PlatformConfig,
  { address, port }: { readonly address: string; readonly port: number },
  flag: string,
): Promise<CheckFinding> {
  const place = `${address}:${port}`;
  const isRunning = (await supervisorPid(config)) !== undefined;
  const isFree = await isPortFree(address, port);
  if (isRunning)
    return isFree ? failed(`nothing listens at ${place}`, 'Start again: ./slipway down, then ./slipway up') : ok(place);
  if (isFree) return ok(`${place} is free`);
  const holder = await findPortHolder(port);
  const who = holder ? `"${holder.program}" (process ${holder.pid})` : 'another process';
  return failed(`${place} is taken by ${who}`, `End it, or choose another port: ./slipway up ${flag} PORT`);
}

async function tryHttps(config: PlatformConfig): Promise<CheckFinding> {
  const { http, https } = config;
  if (https.port === 0) return warning('there is none', 'Choose a port: ./slipway up --https-port 8443');
  return tryPort(config, { address: https.address || http.address, port: https.port }, '--https-port');
}

async function tryAuthority(config: PlatformConfig): Promise<CheckFinding> {
  const path = authorityPath(config);
  const pem = await readFile(path, 'utf8').catch(() => '');
  if (pem === '') return ok('made when the platform starts');
  if (createTrustLook(config)()) return ok(`this machine trusts ${path}`);
  const isInstalled = existsSync(trustedPath(config));
  if (isInstalled)
    return warning('this machine trusts another one of this platform', 'Trust the new one: ./slipway trust');
  return ok(`${path}; this machine does not trust it, which ./slipway trust changes`);
}

async function tryRegistry(config: PlatformConfig): Promise<CheckFinding> {
  if (await askRegistry(config)) return ok(`answers at ${config.registry.address}:${config.registry.port}`);
  return failed('does not answer', `Look at the log: ${daemonLogPath(config)}`);
}

async function tryProxy(config: PlatformConfig): Promise<CheckFinding> {
  if (await connects(config.http.address, config.http.port))
    return ok(`answers at ${config.http.address}:${config.http.port}`);
  return failed('does not answer', `Look at the log: ${daemonLogPath(config)}`);
}
