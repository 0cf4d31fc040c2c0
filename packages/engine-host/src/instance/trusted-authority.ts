/**
 * Instances trust the platform's own authority, and lose none that their image trusts: its bundle is shown with one more
 * certificate in it, in its own place. An image without a bundle (from scratch) keeps what its program brings, because a
 * bundle of one would hide that. Node.js, which reads no bundle of the system, is told by a variable that adds.
 *
 * The file under /dev is in every instance: /dev is none of the image's.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import { readImageFile } from './image-file.ts';
import type { FileMount } from './oci-config.ts';

/** Where Debian, Ubuntu, Alpine and distroless images keep theirs. */
const BUNDLE = ['etc', 'ssl', 'certs', 'ca-certificates.crt'] as const;
const AUTHORITY_PATH = '/dev/slipway/ca.pem';
const NODE_VARIABLE = 'NODE_EXTRA_CA_CERTS';
/** Larger ones are read in part, so they are left as they are. */
const BUNDLE_BYTES_MAX = 1024 * 1024 - 1;
/** Images whose bundles are kept on disk; those of one distribution share theirs. */
const BUNDLES_MAX = 64;

export interface Trust {
  readonly mounts: readonly FileMount[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface TrustedAuthority {
  /** What an instance of this image is given. */
  trustFor(image: { readonly imageId: string; readonly layerDirs: readonly string[] }): Trust;
}

export const NO_AUTHORITY: TrustedAuthority = { trustFor: () => ({ mounts: [], environment: {} }) };

/** `dir` holds the bundles, and is emptied: what is mounted lives on without its name. */
export async function openTrustedAuthority(authorityFile: string, dir: string): Promise<TrustedAuthority> {
  const pem = readFileSync(authorityFile, 'utf8');
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o711 });
  const own = join(dir, 'ca.pem');
  writeFileSync(own, pem, { mode: 0o644 });
  const hash = await subjectHash(authorityFile);
  const bundles = new Map<string, string | undefined>();

  function bundleFor(layerDirs: readonly string[]): string | undefined {
    const present = readImageFile(layerDirs, BUNDLE);
    if (!present.includes('-----BEGIN CERTIFICATE-----') || present.length >= BUNDLE_BYTES_MAX) return undefined;
    const content = `${present.trimEnd()}\n${pem}`;
    const path = join(dir, createHash('sha256').update(content).digest('hex').slice(0, 20));
    writeFileSync(path, content, { mode: 0o644 });
    return path;
  }

  function forgetBundles(): void {
    bundles.clear();
    for (const path of readdirSync(dir).map((name) => join(dir, name))) if (path !== own) rmSync(path);
  }

  return {
    trustFor({ imageId, layerDirs }) {
      if (!bundles.has(imageId)) {
        if (bundles.size >= BUNDLES_MAX) forgetBundles();
        bundles.set(imageId, bundleFor(layerDirs));
      }
      const bundle = bundles.get(imageId);
      const folder = `/${BUNDLE.slice(0, -1).join('/')}`;
      return {
        mounts: [
          { source: own, destination: AUTHORITY_PATH },
          ...(bundle === undefined ? [] : [{ source: bundle, destination: `/${BUNDLE.join('/')}` }]),
          // Programs that look certificates up by their names in the folder, as OpenSSL does by itself.
          ...(bundle === undefined || hash === undefined ? [] : [{ source: own, destination: `${folder}/${hash}.0` }]),
        ],
        environment: { [NODE_VARIABLE]: AUTHORITY_PATH },
      };
    },
  };
}

/** OpenSSL's own name for it in a folder; undefined where openssl is missing. */
async function subjectHash(path: string): Promise<string | undefined> {
  const argv = ['openssl', 'x509', '-noout', '-subject_hash', '-in', path] as const;
  const { stdout } = await runProcess(argv, { timeoutMs: 10_000 }).catch(() => ({ stdout: '' }));
  return /^[0-9a-f]{8}$/m.exec(stdout)?.[0];
}
