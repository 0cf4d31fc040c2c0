/**
 * What every project stands on: an ordinal, a user namespace, a bridge with its subnet, firewall rules and a few spare
 * network namespaces. Changes are made one after another; each is idempotent and the ordinal is durable.
 */
import { existsSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { EngineFault, OUTBOUND_DEFAULT, type AppKey, type ProjectWorkload } from '@slipway/engine';
import { pinUserNamespace, unmount } from '@slipway/kernel';
import type { HostEngineConfig } from '../host-engine-config.ts';
import type { HostLog } from '../host-log.ts';
import { ProjectVolumes } from '../mount/project-volumes.ts';
import type { LayerMounts, UserMapping } from '../mount/root-filesystem.ts';
import { parseRange, projectCountMax, subnetOf, type ProjectSubnet } from '../network/address-plan.ts';
import { apiDoorsFor, type ApiDoors, type OnApiConnection } from '../network/api-doors.ts';
import type { ClosedApp } from '../network/bridge-guard.ts';
import { applyFirewall, hasFirewall } from '../network/firewall.ts';
import { NameServers } from '../network/name-server.ts';
import type { NetworkPool } from '../network/network-pool.ts';
import { ensureBridge, removeBridge } from '../network/project-bridge.ts';
import { projectDoorFor } from '../proxy/haproxy-config.ts';
import { readRecords } from './instance-record.ts';
import type { InstanceRequest } from './instance-runtime.ts';
import type { MachineLayout } from './machine-layout.ts';
import { ProjectRegistry } from './project-registry.ts';

/** statfs type of a mounted namespace. */
const NSFS_MAGIC = 0x6e736673;

export interface ProjectGround {
  readonly subnet: ProjectSubnet;
  /** Undefined where the operator allowed instances without a user namespace and the kernel forces it. */
  readonly mapping: UserMapping | undefined;
  /** The folder of a volume for an instance that starts as this user; undefined when the project has none of this name. */
  readonly volumeFolder: (volumeName: string, userId: number) => string | undefined;
  readonly hasVolume: (volumeName: string) => boolean;
}

export interface ProjectGroundsParts {
  readonly config: HostEngineConfig;
  readonly layout: MachineLayout;
  readonly pool: NetworkPool;
  readonly layers: LayerMounts;
  readonly log: HostLog;
  readonly onApiConnection?: OnApiConnection | undefined;
}

export class ProjectGrounds {
  readonly #parts: ProjectGroundsParts;
  readonly #registry: ProjectRegistry;
  readonly #volumes: ProjectVolumes;
  readonly #nameServers: NameServers;
  readonly #doors: ApiDoors | undefined;
  readonly #grounds = new Map<string, ProjectGround>();
  #changes: Promise<unknown> = Promise.resolve();
  #usersMapped = true;

  constructor(parts: ProjectGroundsParts) {
    this.#parts = parts;
    const { config, layout } = parts;
    const { platformId, network } = config;
    this.#nameServers = new NameServers({ platformId, upstreams: network.dnsUpstreams }, layout.nameServerDir);
    this.#registry = new ProjectRegistry(layout.projectsPath);
    const inUse = () => new Set(readRecords(layout).records.flatMap((record) => record.volumes ?? []));
    this.#volumes = new ProjectVolumes(layout.volumesDir, inUse);
    this.#doors = apiDoorsFor(parts);
  }

  /** The daemon that comes next opens the doors again. */
  close(): void {
    this.#doors?.closeAll();
  }

  /** Reads the allocations and sets the firewall for all of them. */
  async load(options: { readonly usersMapped: boolean }): Promise<void> {
    this.#usersMapped = options.usersMapped;
    this.#registry.load();
    await this.#applyFirewall();
    this.#nameServers.sweep(this.ordinals());
  }

  get(projectId: string): ProjectGround | undefined {
    return this.#grounds.get(projectId);
  }

  projectIds(): readonly string[] {
    return this.#registry.projectIds();
  }

  ordinals(): readonly number[] {
    return this.#registry.ordinals();
  }

  /** Ground for the project, where it may connect to, and its volumes, as they are declared now. */
  async apply({ projectId, volumes = [], outbound = OUTBOUND_DEFAULT }: ProjectWorkload): Promise<void> {
    const ground = await this.ensure(projectId);
    await this.#doors?.open(ground.subnet.gateway);
    await this.#inTurn(async () => {
      // Removed meanwhile: another project may have its ordinal.
      if (this.#grounds.get(projectId) !== ground) return;
      if (await this.#registry.setOutbound(projectId, outbound)) await this.#applyFirewall();
      const { subnet, mapping } = ground;
      this.#volumes.apply({ ordinal: subnet.ordinal, hostRootId: mapping?.hostRootId ?? 0 }, volumes);
    });
  }

  ensure(projectId: string): Promise<ProjectGround> {
    return this.#inTurn(async () => {
      const known = this.#grounds.get(projectId);
      if (known) return known;
      const { config, pool } = this.#parts;
      const range = parseRange(config.network.cidr);
      const before = this.#registry.ordinalOf(projectId);
      const countMax = projectCountMax(range, config.network.projectPrefix);
      const ordinal = await this.#registry.allocate(projectId, countMax);
      if (ordinal === undefined) {
        throw new EngineFault(
          'engine_unavailable',
          `Cannot make a network for the project: all ${countMax} of ${config.network.cidr} are in use. Give the platform a larger range`,
        );
      }
      const subnet = subnetOf(range, config.network.projectPrefix, ordinal);
      const mapping = await this.#ensureUsers(ordinal);
      await ensureBridge(config.platformId, subnet);
      if (before === undefined) await this.#applyFirewall();
      await this.#nameServers.ensure(subnet);
      pool.open(subnet, mapping?.userNamespacePath);
      const volumeFolder = (volumeName: string, userId: number) =>
        this.#volumes.folderFor((mapping?.hostRootId ?? 0) + userId, { ordinal, volumeName });
      const hasVolume = (volumeName: string) => this.#volumes.has({ ordinal, volumeName });
      const ground = { subnet, mapping, volumeFolder, hasVolume };
      this.#grounds.set(projectId, ground);
      return ground;
    });
  }

  /** The project's own name server answers these names, and no other of apps. */
  publishNames(projectId: string, names: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const ground = this.#grounds.get(projectId);
      if (ground) await this.#nameServers.publish(ground.subnet, names);
    });
  }

  /** A volume that was deleted keeps new instances from starting, whatever waits. */
  hasVolumes({ projectId, revision }: Pick<InstanceRequest, 'projectId' | 'revision'>): boolean {
    const ground = this.#grounds.get(projectId);
    return (revision.mounts ?? []).every(({ volumeName }) => ground?.hasVolume(volumeName) === true);
  }

  /** Apps that only some of their project may connect to. */
  closedApps(): readonly ClosedApp[] {
    return this.#registry.closedApps();
  }

  restrictCallers({ appName, projectId }: AppKey, callers: readonly string[] | undefined): Promise<void> {
    return this.#inTurn(async () => {
      // Removed meanwhile.
      if (!this.#grounds.has(projectId)) return;
      if (!(await this.#registry.restrictCallers(projectId, { appName, callers }))) return;
      await this.#parts.pool.guard.close(this.#registry.closedApps());
    });
  }

  /** Puts right what others ended or removed: name servers, and the firewall of all projects. */
  heal(): Promise<void> {
    return this.#inTurn(async () => {
      for (const { subnet } of this.#grounds.values()) await this.#nameServers.ensure(subnet);
      const { config, log, pool } = this.#parts;
      if (this.#grounds.size === 0) return;
      const removed = 'The firewall of the platform was removed by another program, and is set again';
      if (await pool.guard.heal()) log.error(removed, { family: 'bridge' });
      if (await hasFirewall(config.platformId)) return;
      log.error(removed, { family: 'inet' });
      await this.#applyFirewall();
    });
  }

  stopNameServers(): void {
    this.#nameServers.stop();
  }

  /** The caller has stopped every instance of the project. */
  remove(projectId: string): Promise<void> {
    return this.#inTurn(async () => {
      const ordinal = this.#registry.ordinalOf(projectId);
      if (ordinal === undefined) return;
      const { config, pool, layers } = this.#parts;
      this.#doors?.close(this.#subnetOf(ordinal).gateway);
      this.#grounds.delete(projectId);
      await pool.remove(ordinal);
      layers.removeProject(ordinal);
      this.#volumes.remove(ordinal);
      this.#removeUsers(ordinal);
      this.#nameServers.remove(ordinal);
      await removeBridge(config.platformId, ordinal);
      await this.#registry.free(projectId);
      await this.#applyFirewall();
    });
  }

  async #ensureUsers(ordinal: number): Promise<UserMapping | undefined> {
    if (!this.#usersMapped) return undefined;
    const { config, layout } = this.#parts;
    const userNamespacePath = join(layout.usersDir, String(ordinal));
    const hostRootId = config.users.base + ordinal * config.users.perProject;
    if (!existsSync(userNamespacePath) || statfsSync(userNamespacePath).type !== NSFS_MAGIC) {
      await pinUserNamespace(userNamespacePath, { hostId: hostRootId, size: config.users.perProject });
    }
    return { ordinal, userNamespacePath, hostRootId };
  }

  #removeUsers(ordinal: number): void {
    const path = join(this.#parts.layout.usersDir, String(ordinal));
    unmount(path);
    rmSync(path, { force: true });
  }

  async #applyFirewall(): Promise<void> {
    const { config } = this.#parts;
    const projects = this.#registry.projectIds().map((projectId) => ({
      subnet: this.#subnetOf(this.#registry.ordinalOf(projectId) ?? 0),
      outbound: this.#registry.outboundOf(projectId),
    }));
    const { instanceApi, network, platformId, runDir } = config;
    await applyFirewall({
      platformId,
      cidr: network.cidr,
      projects,
      projectDoor: projectDoorFor(runDir),
      ...(instanceApi && { gatewayPort: instanceApi.port }),
    });
  }

  #subnetOf(ordinal: number): ProjectSubnet {
    const { cidr, projectPrefix } = this.#parts.config.network;
    return subnetOf(parseRange(cidr), projectPrefix, ordinal);
  }

  /** One change at a time; a failed one does not stop the next. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#changes.then(change);
    this.#changes = result.catch(() => undefined);
    return result;
  }
}
