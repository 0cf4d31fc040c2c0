/**
 * One dnsmasq answers the instances of the whole platform on their gateways' addresses. It is a process of its own that
 * outlives the daemon; `ensure` starts it when it does not run, and is called again and again by the runtime's sweep.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findRecordedProcess, signalProcess, startDetached, writeFileAtomic } from '@slipway/process';
import { bridgePattern } from './address-plan.ts';

export interface NameServerPlan {
  readonly platformId: string;
  /** Empty: the host's own, from /etc/resolv.conf. */
  readonly upstreams: readonly string[];
}

/** dnsmasq(8) configuration: bound to our bridges only, also those made later; no DHCP, nothing of the host's files. */
export function renderNameServerConfig(plan: NameServerPlan): string {
  const upstreams =
    plan.upstreams.length === 0
      ? ['resolv-file=/etc/resolv.conf']
      : ['no-resolv', ...plan.upstreams.map((address) => `server=${address}`)];
  return [
    `interface=${bridgePattern(plan.platformId)}`,
    'except-interface=lo',
    'bind-dynamic',
    'no-hosts',
    'bogus-priv',
    'domain-needed',
    'cache-size=1000',
    'dns-forward-max=500',
    'user=nobody',
    'group=nogroup',
    'pid-file=',
    ...upstreams,
    '',
  ].join('\n');
}

export function createNameServer(plan: NameServerPlan, dir: string) {
  const configPath = join(dir, 'dnsmasq.conf');
  const identityPath = join(dir, 'dnsmasq.json');

  return {
    async ensure(): Promise<void> {
      if (findRecordedProcess(identityPath)) return;
      mkdirSync(dir, { recursive: true, mode: 0o711 });
      await writeFileAtomic(configPath, renderNameServerConfig(plan), { durable: false });
      const identity = await startDetached(
        ['dnsmasq', '--keep-in-foreground', `--conf-file=${configPath}`, '--log-facility=-'],
        // Each start tells of itself alone.
        { logPath: join(dir, 'dnsmasq.log'), logBytesMax: 0 },
      );
      await writeFileAtomic(identityPath, JSON.stringify(identity), { durable: false });
    },
    stop(): void {
      const identity = findRecordedProcess(identityPath);
      if (identity) signalProcess(identity, 'SIGTERM');
    },
  };
}
