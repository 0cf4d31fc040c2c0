/**
 * From a folder to an image: pack, upload when the platform has not got it, build, follow the log. Shared by `deploy`,
 * `--build-source` of apps and jobs, and `buildrun submit`.
 */
import { existsSync, openAsBlob } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BuildRun, BuildRunPrototype } from '@slipway/spec';
import { followBuildRun, type BuiltImage } from '../buildrun/follow-build-run.ts';
import type { ProjectScope } from '../project-scope.ts';
import { packFolder, type PackedFolder } from './pack-folder.ts';
import { formatBytes, scanFolder, type FolderScan } from './scan-folder.ts';

export interface FolderBuild {
  readonly folder: string;
  /** What the folder holds, where that was read already. */
  readonly scan?: FolderScan;
  /** What the run is for: its name begins with it. */
  readonly appName: string;
  /** Where the image goes; without it the platform chooses a place in its own registry. */
  readonly image?: string | undefined;
  readonly dockerfile?: string | undefined;
  readonly strategy?: string | undefined;
  readonly size?: string | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly contextDir?: string | undefined;
  /** Told once the run exists. */
  readonly onRun?: (name: string) => void;
}

export async function buildFolder(scope: ProjectScope, build: FolderBuild): Promise<BuiltImage> {
  const run = await submitFolder(scope, build);
  build.onRun?.(run.name);
  return followBuildRun(scope, run.name);
}

/** Uploads the folder and begins its build. */
export async function submitFolder(scope: ProjectScope, build: FolderBuild): Promise<BuildRun> {
  const { client, project, signal } = scope;
  const folder = resolve(scope.context.cwd, build.folder);
  const sourceUrl = await uploadFolder(scope, folder, build.scan);
  const body = buildRunFor(build, {
    sourceUrl,
    hasDockerfile: existsSync(join(folder, build.contextDir ?? '.', build.dockerfile ?? 'Dockerfile')),
    now: new Date(),
  });
  signal.throwIfAborted();
  // Not ended by Ctrl-C: a build that has begun must be known by its name.
  return client.createBuildRun({ params: { project_id: project.id }, body });
}

/** Returns the `source://…` of the folder's archive on the platform. */
export async function uploadFolder(scope: ProjectScope, folder: string, known?: FolderScan): Promise<string> {
  const step = scope.steps.begin('Pack the folder');
  let scan: FolderScan;
  let packed: PackedFolder;
  try {
    scan = known ?? (await scanFolder(folder));
    packed = await packFolder(scan, scope.context.signal);
  } catch (error) {
    step.failed();
    throw error;
  }
  step.done(`${scan.fileCount} ${scan.fileCount === 1 ? 'file' : 'files'}, ${formatBytes(packed.sizeBytes)}`);
  await using archive = packed;
  if (scan.skippedLinks.length > 0) {
    scope.context.say(`  Left behind, they lead out of the folder: ${scan.skippedLinks.slice(0, 5).join(', ')}`);
  }
  // Without the await the archive would be deleted before it is read.
  return await upload(scope, archive);
}

async function upload(scope: ProjectScope, archive: PackedFolder): Promise<string> {
  const { client, project, context } = scope;
  const step = scope.steps.begin('Upload');
  try {
    const known = await findSource(scope, archive.sha256);
    if (known !== undefined) {
      step.done('unchanged since the last time');
      return known;
    }
    const source = await client.createSource({
      params: { project_id: project.id },
      query: { sha256: archive.sha256 },
      body: await openAsBlob(archive.path),
      signal: context.signal,
    });
    step.done(formatBytes(archive.sizeBytes));
    return source.source_url;
  } catch (error) {
    step.failed();
    throw error;
  }
}

async function findSource(scope: ProjectScope, id: string): Promise<string | undefined> {
  try {
    const params = { project_id: scope.project.id, id };
    return (await scope.client.getSource({ params, signal: scope.context.signal })).source_url;
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 404) return undefined;
    throw error;
  }
}

/** Pure: the build run of a folder. A Dockerfile decides the strategy unless one is chosen. */
export function buildRunFor(
  build: FolderBuild,
  facts: { readonly sourceUrl: string; readonly hasDockerfile: boolean; readonly now: Date },
): BuildRunPrototype {
  const isDockerfile = build.dockerfile !== undefined || facts.hasDockerfile;
  const strategy = build.strategy ?? (isDockerfile ? 'dockerfile' : 'buildpacks');
  return {
    name: runNameFor(build.appName, facts.now),
    source_type: 'local',
    source_url: facts.sourceUrl,
    strategy_type: strategy === 'buildpacks' ? 'buildpacks' : 'dockerfile',
    ...(build.image === undefined ? {} : { output_image: build.image }),
    ...(build.dockerfile === undefined ? {} : { strategy_spec_file: build.dockerfile }),
    ...(build.size === undefined
      ? {}
      : { strategy_size: build.size as NonNullable<BuildRunPrototype['strategy_size']> }),
    ...(build.timeoutSeconds === undefined ? {} : { timeout: build.timeoutSeconds }),
    ...(build.contextDir === undefined ? {} : { source_context_dir: build.contextDir }),
  };
}

const NAME_LENGTH_MAX = 63;

/** `web-run-261122-154800123`, as the public command line names runs; a long app name is cut. */
export function runNameFor(appName: string, now: Date): string {
  const digits = now.toISOString().replaceAll(/\D/g, '');
  const suffix = `-run-${digits.slice(2, 8)}-${digits.slice(8, 17)}`;
  return appName.slice(0, NAME_LENGTH_MAX - suffix.length).replace(/-+$/, '') + suffix;
}
