/** Reads an OCI image configuration: what the image runs, and for which machine it was made. Pure. */
import { EngineFault } from '@slipway/engine';
import type { ImageConfig } from '../image-store.ts';

export interface Platform {
  /** As in Go and OCI: `amd64`, `arm64` … */
  readonly architecture: string;
  readonly os: string;
}

export interface ConfigFile {
  readonly platform: Platform;
  readonly config: ImageConfig;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm', ia32: '386' };

/** This machine in the words of images, from Node's `process.arch`. */
export function platformOfMachine(arch: string): Platform {
  return { architecture: ARCHITECTURES[arch] ?? arch, os: 'linux' };
}

/** Fields that are missing or null mean "nothing"; fields of a wrong type are treated the same, as container tools do. */
export function parseConfigFile(text: string): ConfigFile {
  const file = JSON.parse(text) as Record<string, unknown>;
  const config = asRecord(file['config']);
  const ports = Object.keys(asRecord(config['ExposedPorts'])).flatMap(parsePort);
  return {
    platform: { architecture: asText(file['architecture']), os: asText(file['os']) },
    config: {
      entrypoint: asTexts(config['Entrypoint']),
      command: asTexts(config['Cmd']),
      environment: parseEnvironment(asTexts(config['Env'])),
      workingDir: asText(config['WorkingDir']) || '/',
      user: asText(config['User']),
      exposedPorts: [...new Set(ports)].toSorted((a, b) => a - b),
      stopSignal: asText(config['StopSignal']) || 'SIGTERM',
    },
  };
}

/** Requests come by TCP only: `53/udp` is left out. */
function parsePort(text: string): readonly number[] {
  const match = /^(\d{1,5})(?:\/tcp)?$/.exec(text);
  const port = Number(match?.[1]);
  return port >= 1 && port <= 65_535 ? [port] : [];
}

function parseEnvironment(entries: readonly string[]): Readonly<Record<string, string>> {
  const pairs = entries.map((entry) => {
    const equals = entry.indexOf('=');
    return equals === -1 ? ([entry, ''] as const) : ([entry.slice(0, equals), entry.slice(equals + 1)] as const);
  });
  return Object.fromEntries(pairs);
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export type ManifestKind =
  | { readonly kind: 'index'; readonly platforms: readonly Platform[] }
  | { readonly kind: 'image' };

/** Tells a list of images for several machines from one image. */
export function parseManifest(text: string): ManifestKind {
  const manifest = asRecord(JSON.parse(text));
  const entries = manifest['manifests'];
  if (!Array.isArray(entries)) return { kind: 'image' };
  const platforms = entries.map((entry) => {
    const platform = asRecord(asRecord(entry)['platform']);
    return { architecture: asText(platform['architecture']), os: asText(platform['os']) };
  });
  // Attestations travel in the same list under the platform "unknown".
  return { kind: 'index', platforms: platforms.filter((platform) => platform.os !== 'unknown') };
}

/** Throws EngineFault('image_wrong_platform') when none of the platforms is this machine's. */
export function requirePlatform(reference: string, offered: readonly Platform[], machine: Platform): void {
  const fits = offered.some((one) => one.os === machine.os && one.architecture === machine.architecture);
  if (fits) return;
  const names = [...new Set(offered.map((one) => `${one.os || '?'}/${one.architecture || '?'}`))].join(', ');
  const wanted = `${machine.os}/${machine.architecture}`;
  throw new EngineFault(
    'image_wrong_platform',
    `Cannot run image "${reference}" here: it is made for ${names || 'no platform'}, this machine is ${wanted}. Build it for ${wanted}, or name a tag that has it`,
  );
}
