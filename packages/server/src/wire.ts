/**
 * The platform of one Linux machine, put together by hand: this is the only file that knows which implementation stands
 * behind which interface. Putting together opens files of the platform's own; the machine is touched by `open`, by
 * `control.start` and by `purge`.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createHostBuilder, pickStepEnvironment, type HostBuilder, type HostBuilderOptions } from '@slipway/build';
import { createControl, type Control, type ControlLog, type PlatformFacts } from '@slipway/control';
import { EngineFault } from '@slipway/engine';
import { createHostEngine, createInstanceRuntime } from '@slipway/engine-host';
import {
  createAssembledPusher,
  createBaseImages,
  createKnownBlobs,
  createRegistryTokenIssuer,
  openImageStore,
  prepareContainerStorage,
  pushImage,
  registryKeysFor,
  removeRepositories,
  renderAuthFile,
  startRegistry,
  type AssembledPusher,
  type BaseImages,
  type ContainerStorage,
  type ImageStore,
  type RegistryProcess,
  type RegistryRoute,
  type RegistryTokenIssuer,
} from '@slipway/images';
import type { PlatformConfig } from '@slipway/setup';
import { openFileSecretBox, openFileSourceStore } from '@slipway/store';
import { openIdentity } from './access/open-access.ts';
import { buildClaim } from './build-claim.ts';
import { buildCidrFor, buildUsersFor, engineConfigFor, scaleWindowsFor } from './host-settings.ts';
import { readEgressAddresses } from './egress-addresses.ts';
import { housekeepingTasks } from './housekeeping-tasks.ts';
import { createHousekeeping, type Housekeeping } from './life/housekeeping.ts';
import { createLateApi } from './late-api.ts';
import { createLateBuilder } from './late-builder.ts';
import type { WiredPlatform } from './life/wired-platform.ts';
import { readMachineSize } from './machine-size.ts';
import { openCertificates } from './open-certificates.ts';
import { openStores } from './open-stores.ts';
import { readProcessUsage } from './process-usage.ts';
import { createSystemClock, randomText } from './system-clock.ts';

const ofProcess = () => ({
  randomText,
  processUsage: readProcessUsage,
  egressAddresses: readEgressAddresses,
  clock: createSystemClock(),
});

type Reserve = HostBuilderOptions['reserveRoom'];

export async function wirePlatform(
  config: PlatformConfig,
  { facts, log }: { readonly facts: PlatformFacts; readonly log: ControlLog },
): Promise<WiredPlatform> {
  const issuer = createRegistryTokenIssuer(await registryKeysFor(config.stateDir));
  const storage = await prepareContainerStorage({
    stateDir: config.stateDir,
    runDir: config.runDir,
    registry: { address: facts.registry },
    logins: [{ server: facts.registry, ...issuer.platformLogin() }],
    routes: routesFor(config),
  });
  const baseImages = createBaseImages({ storage, cacheDir: config.cacheDir });
  const images = openImageStore({
    storage,
    ensureLocalImage: (name, signal) => baseImages.ensureLocalImage(name, signal),
  });
  const engineConfig = engineConfigFor(config, readMachineSize());
  const { onApiConnection, setApi } = createLateApi(config);
  const runtime = createInstanceRuntime({ config: engineConfig, images, log, onApiConnection });
  const ofConfig = { config: engineConfig, scaleWindows: scaleWindowsFor(config) };
  const engine = createHostEngine({ ...ofConfig, runtime, images, log });
  const ofRegistry = registryDoors(config, { facts, issuer, log });
  const reserveRoom: Reserve = (build, options) => engine.reserve(buildClaim(build, engineConfig.capacity), options);
  const doors = { ...ofRegistry, reserveRoom };
  const builder = createLateBuilder(() => openBuilder(config, { storage, images, baseImages, ...doors, log }));
  const kept = await openKept(config);
  const certificateIssuer = await openCertificates(config, { ...kept, engine });
  const identity = await openIdentity(config.stateDir, facts);
  const { auditRetentionMs, projectRetentionMs } = config;
  const spans = { auditRetentionMs, projectRetentionMs };
  const parts = { ...kept, engine, builder, certificateIssuer, facts, log, ...spans };
  const control = createControl({ ...parts, ...ofProcess(), serviceTokens: identity.tokens });
  const openRegistry = () => openBundledRegistry(config, { facts, log });
  let registry: RegistryProcess | undefined;
  const tasks = housekeepingTasks(config, { store: kept.store, images, runtime, baseImages, log });

  return {
    control: keepTidy(control, createHousekeeping(tasks, { log })),
    identity,
    issueOwn: (hosts) => certificateIssuer.own.issue(hosts),
    setApi,
    registryToken: (request) => issuer.handleRegistryTokenRequest(request),
    async open() {
      registry = await openRegistry();
      await builder.open();
    },
    async release() {
      registry?.release();
      await builder.close();
      await kept.store.close();
    },
    async purge() {
      // What still runs must be found before it can be removed.
      await runtime.adopt();
      await engine.purge();
      // Opening sweeps what earlier builders left, closing gives back what opening took.
      await builder.open();
      await builder.close();
      const adopted = await openRegistry();
      await adopted.stop();
    },
  };
}

/** What a builder may do with the bundled registry. */
function registryDoors(
  { stateDir }: PlatformConfig,
  {
    facts,
    issuer,
    log,
  }: { readonly facts: PlatformFacts; readonly issuer: RegistryTokenIssuer; readonly log: ControlLog },
): Pick<HostBuilderOptions, 'pushAssembled' | 'removeRepositories' | 'renderProjectAuth'> {
  const address = facts.registry;
  return {
    renderProjectAuth: (prefix) => renderAuthFile([{ server: address, ...issuer.projectLogin(prefix) }]),
    removeRepositories: (prefix) => removeRepositories({ stateDir, address, issuer }, prefix),
    pushAssembled: createAssembledPusher({
      address,
      issuer,
      blobs: createKnownBlobs(),
      onLeft: (cause) => log.warn('A push to the registry was left to skopeo', { cause }),
    }),
  };
}

function openBundledRegistry(
  { runDir, stateDir }: PlatformConfig,
  { facts, log }: { readonly facts: PlatformFacts; readonly log: ControlLog },
): Promise<RegistryProcess> {
  return startRegistry({
    stateDir,
    runDir,
    address: facts.registry,
    tokenRealm: new URL('/registry/token', facts.apiBaseUrl).href,
    onRestart: (cause) => log.warn('The registry was started again', { cause }),
  });
}

/** What lies in the state folder, or in the Postgres that the configuration names. */
async function openKept(config: PlatformConfig) {
  return {
    ...(await openStores(config)),
    sources: await openFileSourceStore({ dir: join(config.stateDir, 'sources') }),
    secretBox: await openFileSecretBox({ path: join(config.stateDir, 'data-keys.json') }),
  };
}

/** Housekeeping lives inside the life of the control plane. */
function keepTidy(control: Control, housekeeping: Housekeeping): Control {
  return {
    ...control,
    async start() {
      await control.start();
      housekeeping.start();
    },
    async stop() {
      await housekeeping.stop();
      await control.stop();
    },
  };
}

async function openBuilder(
  config: PlatformConfig,
  parts: {
    readonly storage: ContainerStorage;
    readonly images: ImageStore;
    readonly baseImages: BaseImages;
    readonly renderProjectAuth: (prefix: string) => string;
    readonly pushAssembled: AssembledPusher;
    readonly removeRepositories: (prefix: string) => Promise<void>;
    readonly reserveRoom: Reserve;
    readonly log: ControlLog;
  },
): Promise<HostBuilder> {
  const { storage, images, baseImages, log } = parts;
  return await createHostBuilder({
    platformId: config.platformId,
    stateDir: config.stateDir,
    runDir: config.runDir,
    storage,
    network: {
      cidr: buildCidrFor(config),
      ...(config.network.dnsUpstreams.length > 0 && { dnsServers: config.network.dnsUpstreams }),
    },
    users: buildUsersFor(config),
    stepEnvironment: pickStepEnvironment(process.env, await readNpmrc()),
    async ensureBaseImage(name, onLine, signal) {
      const onStep = (step: { readonly detail: string }) => onLine(step.detail);
      const isKnown = await baseImages.ensureBaseImage(name, { signal, onStep });
      if (!isKnown)
        throw new EngineFault(
          'image_not_found',
          `Cannot find base image "${name}": the platform makes none of this name`,
        );
      return await images.resolve(name.startsWith('localhost/') ? name : `localhost/${name}`, { signal });
    },
    renderProjectAuth: parts.renderProjectAuth,
    pushAssembled: parts.pushAssembled,
    removeRepositories: parts.removeRepositories,
    reserveRoom: parts.reserveRoom,
    pushImage: (push) => pushImage({ storage, ...push }),
    recordDigest: (pinnedReference, imageId) => images.recordDigest(pinnedReference, imageId),
    log: (message, fields) => log.info('Build', { step: message, ...fields }),
  });
}

/** The machine's own npm settings: where packages come from there, they come from in builds. */
async function readNpmrc(): Promise<string> {
  return await readFile(join(homedir(), '.npmrc'), 'utf8').catch(() => '');
}

/** One route per prefix, its mirrors in the order of the configuration. */
function routesFor({ registryMirrors }: PlatformConfig): readonly RegistryRoute[] {
  const prefixes = [...new Set(registryMirrors.map((mirror) => mirror.prefix))];
  return prefixes.map((prefix) => ({
    prefix,
    mirrors: registryMirrors.filter((mirror) => mirror.prefix === prefix),
  }));
}
