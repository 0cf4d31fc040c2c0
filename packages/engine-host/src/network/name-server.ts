/**
 * One dnsmasq answers the instances of the whole platform on their gateways' addresses. It is a process of its own that
 * outlives the daemon; `ensure` starts it when it does not run, and is called again and again by the runtime's sweep.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@slipway/process';
import { identifyProcess, isAlive, signalProcess, type ProcessIdentity } from '../instance/process-identity.ts';
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

  function running(): ProcessIdentity | undefined {
    if (!existsSync(identityPath)) return undefined;
    const identity = JSON.parse(readFileSync(identityPath, 'utf8')) as ProcessIdentity;
    return isAlive(identity) ? identity : undefined;
  }

  return {
    async ensure(): Promise<void> {
      if (running()) return;
      mkdirSync(dir, { recursive: true, mode: 0o711 });
      await writeFileAtomic(configPath, renderNameServerConfig(plan), { durable: false });
      const logFd = openSync(join(dir, 'dnsmasq.log'), 'w');
      try {
        const child = spawn('dnsmasq', ['--keep-in-foreground', `--conf-file=${configPath}`, '--log-facility=-'], {
          detached: true,
          stdio: ['ignore', logFd, logFd],
        });
        child.on('error', () => undefined);
        child.unref();
        const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
        if (!identity) throw new Error('Cannot start dnsmasq: the program is missing or ended at once');
        await writeFileAtomic(identityPath, JSON.stringify(identity), { durable: false });
      } finally {
        closeSync(logFd);
      }
    },
    stop(): void {
      const identity = running();
      if (identity) signalProcess(identity, 'SIGTERM');
    },
  };
}
