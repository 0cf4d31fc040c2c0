/**
 * One dnsmasq for each project, on its gateway's address. It answers the names of the project's own apps with that
 * address and hands all other questions on; so no project learns of another's apps, and none takes the others' share of
 * questions under way. Each is a process of its own that outlives the daemon; `ensure` starts one that does not run, and
 * is called again and again by the runtime's sweep.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findRecordedProcess, signalIfCaught, signalProcess, startDetached, writeFileAtomic } from '@slipway/process';
import { bridgeName, type ProjectSubnet } from './address-plan.ts';

export interface NameServerPlan {
  readonly platformId: string;
  /** Empty: the host's own, from /etc/resolv.conf. */
  readonly upstreams: readonly string[];
}

/** dnsmasq(8) configuration: bound to the project's bridge only; no DHCP, nothing of the host's files. */
export function renderNameServerConfig(
  plan: NameServerPlan,
  own: { readonly ordinal: number; readonly namesPath: string; readonly domainsPath: string },
): string {
  const upstreams =
    plan.upstreams.length === 0
      ? ['resolv-file=/etc/resolv.conf']
      : ['no-resolv', ...plan.upstreams.map((address) => `server=${address}`)];
  return [
    `interface=${bridgeName(plan.platformId, own.ordinal)}`,
    'except-interface=lo',
    'bind-dynamic',
    'no-hosts',
    `addn-hosts=${own.namesPath}`,
    `servers-file=${own.domainsPath}`,
    // Names of other projects do not exist here, and are nobody else's to answer.
    `local=/${INTERNAL_DOMAIN}/`,
    'bogus-priv',
    'domain-needed',
    'cache-size=1000',
    'dns-forward-max=250',
    'user=nobody',
    'group=nogroup',
    'pid-file=',
    ...upstreams,
    '',
  ].join('\n');
}

/** hosts(5): all names of the project are its gateway's. */
export function renderNames(gateway: string, names: readonly string[]): string {
  return names
    .toSorted()
    .map((name) => `${gateway} ${name}\n`)
    .join('');
}

/** dnsmasq(8), servers-file: whatever is asked of these names is answered here, so none waits for others' servers. */
export function renderDomains(names: readonly string[]): string {
  const short = names.filter((name) => !name.endsWith(`.${INTERNAL_DOMAIN}`)).toSorted();
  return short.map((name) => `server=/${name}/\n`).join('');
}

const INTERNAL_DOMAIN = 'cluster.local';

export class NameServers {
  readonly #plan: NameServerPlan;
  readonly #dir: string;

  constructor(plan: NameServerPlan, dir: string) {
    this.#plan = plan;
    this.#dir = dir;
  }

  async ensure({ ordinal }: Pick<ProjectSubnet, 'ordinal'>): Promise<void> {
    const { dir, configPath, identityPath, ...files } = this.#paths(ordinal);
    if (findRecordedProcess(identityPath)) return;
    mkdirSync(dir, { recursive: true, mode: 0o711 });
    for (const path of [files.namesPath, files.domainsPath]) if (!existsSync(path)) await writePublic(path, '');
    const config = renderNameServerConfig(this.#plan, { ordinal, ...files });
    await writeFileAtomic(configPath, config, { durable: false });
    const identity = await startDetached(
      ['dnsmasq', '--keep-in-foreground', `--conf-file=${configPath}`, '--log-facility=-'],
      // Each start tells of itself alone.
      { logPath: join(dir, 'dnsmasq.log'), logBytesMax: 0 },
    );
    await writeFileAtomic(identityPath, JSON.stringify(identity), { durable: false });
  }

  /** From now on these names, and no other, are the project's own. */
  async publish({ gateway, ordinal }: ProjectSubnet, names: readonly string[]): Promise<void> {
    const { dir, identityPath, namesPath, domainsPath } = this.#paths(ordinal);
    const text = renderNames(gateway, names);
    if (existsSync(namesPath) && readFileSync(namesPath, 'utf8') === text) return;
    mkdirSync(dir, { recursive: true, mode: 0o711 });
    await writePublic(domainsPath, renderDomains(names));
    await writePublic(namesPath, text);
    const identity = findRecordedProcess(identityPath);
    // dnsmasq reads its names again, and forgets what it remembered of them. One that only starts has yet to read them.
    if (identity) signalIfCaught(identity, 'SIGHUP');
  }

  remove(ordinal: number): void {
    const { dir, identityPath } = this.#paths(ordinal);
    const identity = findRecordedProcess(identityPath);
    if (identity) signalProcess(identity, 'SIGTERM');
    rmSync(dir, { recursive: true, force: true });
  }

  /** Ends those of projects that are not among these. */
  sweep(ordinals: readonly number[]): void {
    if (!existsSync(this.#dir)) return;
    const found = readdirSync(this.#dir).map(Number);
    for (const ordinal of found) if (!ordinals.includes(ordinal)) this.remove(ordinal);
  }

  stop(): void {
    this.sweep([]);
  }

  #paths(ordinal: number) {
    const dir = join(this.#dir, String(ordinal));
    return {
      dir,
      configPath: join(dir, 'dnsmasq.conf'),
      identityPath: join(dir, 'dnsmasq.json'),
      namesPath: join(dir, 'names'),
      domainsPath: join(dir, 'domains'),
    };
  }
}

/** dnsmasq reads it as nobody. */
async function writePublic(path: string, text: string): Promise<void> {
  await writeFileAtomic(path, text, { durable: false, mode: 0o644 });
}
