/**
 * The calls to skopeo that move images between registries and the store. Every call carries this platform's storage and
 * policy; credentials travel in a temporary auth file that only root reads, never in arguments. What is transient is
 * tried again a named number of times, and each failure leaves as an EngineFault.
 */
import { createHash, randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineFault, type ImageCredentials } from '@slipway/engine';
import { ProcessFailure, runProcess } from '@slipway/process';
import type { ContainerStorage } from '../image-store.ts';
import { renderAuthFile } from '../storage/render-storage-config.ts';
import { classifyImageFailure, imageFault } from './classify-image-failure.ts';
import { formatReference, type ImageReference } from './image-reference.ts';

const RETRIES_MAX = 2;
const RETRY_DELAY_MS = 500;
const INSPECT_TIMEOUT_MS = 30_000;
const PULL_TIMEOUT_MS = 15 * 60_000;
/** Registries refuse larger manifests: 4 MiB is the limit that the distribution specification recommends. */
const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;

export interface TransferOptions {
  readonly storage: ContainerStorage;
  /** skopeo's auth file for this call. */
  readonly authFilePath: string;
  readonly signal: AbortSignal;
}

/** The manifest exactly as the registry sent it: its SHA-256 is the digest. */
export async function fetchManifest(
  reference: ImageReference,
  options: TransferOptions,
): Promise<{ readonly text: string; readonly digest: string }> {
  const text = await runSkopeo(['inspect', '--raw', `docker://${formatReference(reference)}`], reference, {
    ...options,
    timeoutMs: INSPECT_TIMEOUT_MS,
  });
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  return { text, digest };
}

export async function fetchConfigFile(reference: ImageReference, options: TransferOptions): Promise<string> {
  return runSkopeo(['inspect', '--config', '--raw', `docker://${formatReference(reference)}`], reference, {
    ...options,
    timeoutMs: INSPECT_TIMEOUT_MS,
  });
}

/** Copies a pinned image into the store under its pinned name; of a list, the image for this machine. */
export async function pullImage(pinned: ImageReference, options: TransferOptions): Promise<void> {
  const name = formatReference(pinned);
  await runSkopeo(['copy', '--quiet', `docker://${name}`, `containers-storage:${name}`], pinned, {
    ...options,
    timeoutMs: PULL_TIMEOUT_MS,
  });
}

async function runSkopeo(
  args: readonly [string, ...string[]],
  reference: ImageReference,
  options: TransferOptions & { readonly timeoutMs: number },
): Promise<string> {
  const { storage, signal, timeoutMs } = options;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const [command, ...rest] = args;
      const { stdout } = await runProcess(
        ['skopeo', ...skopeoOptions(storage), command, '--authfile', options.authFilePath, ...rest],
        { env: { ...storage.environment }, signal, timeoutMs, outputBytesMax: MANIFEST_BYTES_MAX },
      );
      return stdout;
    } catch (error) {
      signal.throwIfAborted();
      const output = error instanceof ProcessFailure ? `${error.message}\n${error.stderr}` : String(error);
      if (/ENOENT/.test(output) && error instanceof ProcessFailure && error.exitCode === -1) throw missingSkopeo(error);
      const { code, transient } = classifyImageFailure(output);
      if (!transient || attempt === RETRIES_MAX) {
        const subject = { reference: formatReference(reference), registry: reference.registry, output };
        throw imageFault(code, subject, { cause: error });
      }
    }
    await delay(RETRY_DELAY_MS * 2 ** attempt, undefined, { signal });
  }
}

/** skopeo takes these as options only: unlike buildah it does not know the variable CONTAINERS_REGISTRIES_CONF. */
export function skopeoOptions(storage: ContainerStorage): readonly string[] {
  return ['--policy', storage.policyPath, '--registries-conf', storage.registriesConfPath];
}

function missingSkopeo(cause: ProcessFailure): EngineFault {
  return new EngineFault('engine_unavailable', 'Cannot get images: skopeo is missing. Install the package "skopeo"', {
    cause,
  });
}

/** Runs `use` with an auth file for exactly these credentials, which is gone afterwards; without any, with the platform's own. */
export async function withAuthFile<T>(
  storage: ContainerStorage,
  credentials: ImageCredentials | undefined,
  use: (authFilePath: string) => Promise<T>,
): Promise<T> {
  if (!credentials) return use(storage.authFilePath);
  const path = join(storage.environment['TMPDIR'] ?? storage.runRoot, `auth-${randomBytes(8).toString('hex')}.json`);
  await writeFile(path, renderAuthFile([credentials]), { mode: 0o600, flag: 'wx' });
  try {
    return await use(path);
  } finally {
    await rm(path, { force: true });
  }
}
