/**
 * One buildah build in its sandbox, from recipe to image id: control group, network namespace, step settings, disk
 * watch; and afterwards nothing of it is left: no process, no working container, no mount, no group.
 */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildWorkload } from '@slipway/engine';
import type { BuildLogWriter } from './build-log.ts';
import type { BuildRecipe } from './build-recipe.ts';
import { BuildRefusal } from './build-refusal.ts';
import { buildahBuildArgv } from './buildah/buildah-command.ts';
import { runBuildah } from './buildah/run-buildah.ts';
import { removeWorkingContainers, workingFolders } from './buildah/working-containers.ts';
import { explainFailure } from './dockerfile/explain-failure.ts';
import { renderJudged } from './dockerfile/prepare-dockerfile.ts';
import type { HostBuilderOptions } from './host-builder-options.ts';
import { type BuildCgroup, cgroupParentFor, createBuildCgroup } from './sandbox/build-cgroup.ts';
import { watchDisk } from './sandbox/disk-watch.ts';
import type { StepSettings, StepUsers } from './sandbox/step-config.ts';
import { buildahEnvironment, CA_BUNDLE_PATH, caEnvironment, SCRATCH_PATH } from './sandbox/step-environment.ts';

export interface ImageBuild {
  readonly build: BuildWorkload;
  readonly recipe: BuildRecipe;
  /** Platform images the recipe names → how the store knows them. */
  readonly references: ReadonlyMap<string, string>;
  /** Name of the build's control group and folder: unique on this machine. */
  readonly name: string;
  readonly workDir: string;
  readonly networkNamespacePath: string;
  readonly containersConfPath: string;
  readonly caBundlePath: string | undefined;
  readonly users: StepUsers | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly log: BuildLogWriter;
}

/** Processes and threads of one build. */
const PIDS_MAX = 4096;
/** How the kernel's end of a process shows in the output. */
const KILLED = /exit status 137|\bKilled\b|signal: killed/;
/** Enough of the output to explain a failure. */
const LINES_KEPT_MAX = 200;

export async function buildImage(image: ImageBuild, options: HostBuilderOptions, signal: AbortSignal): Promise<string> {
  const { build, name } = image;
  const cgroup = await createBuildCgroup(options.platformId, name, {
    cpuMillis: build.cpuMillis,
    memoryBytes: build.memoryBytes,
    pidsMax: PIDS_MAX,
  });
  const containersPrefix = `${cgroupParentFor(options.platformId)}/${name}`;
  const watching = new AbortController();
  try {
    const own = async (): Promise<readonly string[]> => [
      image.workDir,
      ...(await workingFolders(options.storage, containersPrefix)),
    ];
    const diskFull = watchDisk({ folder: image.workDir, bytesMax: build.diskBytes, ownFolders: own }, watching.signal);
    const overDisk = new AbortController();
    void diskFull.then((exceeded) => exceeded && overDisk.abort());
    return await runAndExplain(image, { options, cgroup, overDisk: overDisk.signal }, signal);
  } finally {
    watching.abort();
    await cgroup.kill();
    await removeWorkingContainers(options.storage, containersPrefix);
    await cgroup.remove();
  }
}

interface Surroundings {
  readonly options: HostBuilderOptions;
  readonly cgroup: BuildCgroup;
  readonly overDisk: AbortSignal;
}

async function runAndExplain(image: ImageBuild, around: Surroundings, signal: AbortSignal): Promise<string> {
  const imageIdPath = join(image.workDir, 'image-id');
  const { argv, env } = await prepareBuildah(image, { ...around, imageIdPath });
  const lines: string[] = [];
  const exitCode = await runBuildah(
    {
      argv,
      env,
      cwd: image.recipe.contextPath,
      cgroup: around.cgroup,
      onLine(line, stream) {
        image.log.write(line, stream);
        lines.push(line);
        if (lines.length > LINES_KEPT_MAX) lines.shift();
      },
    },
    AbortSignal.any([signal, around.overDisk]),
  );
  if (around.overDisk.aborted) {
    const message = `Cannot build: the build wrote more than its disk limit of ${image.build.diskBytes} bytes. Use a larger build size`;
    throw new BuildRefusal('exceeded_ephemeral_storage', message);
  }
  signal.throwIfAborted();
  if (exitCode === 0) return (await readFile(imageIdPath, 'utf8')).trim().replace(/^sha256:/, '');
  if (lines.some((line) => KILLED.test(line)) && (await around.cgroup.metMemoryLimit())) {
    const message = `Cannot build: the build needed more than its memory limit of ${image.build.memoryBytes} bytes. Use a larger build size`;
    throw new BuildRefusal('failed', message);
  }
  const { fault, message } = explainFailure({ file: image.recipe.file, scan: image.recipe.scan, lines });
  throw new BuildRefusal(fault, message);
}

interface BuildahCall {
  readonly argv: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
}

async function prepareBuildah(
  image: ImageBuild,
  around: Surroundings & { readonly imageIdPath: string },
): Promise<BuildahCall> {
  const { workDir, recipe, build } = image;
  const { storage, stepEnvironment } = around.options;
  const at = (name: string): string => join(workDir, name);
  await mkdir(at('tmp'), { recursive: true });
  await mkdir(at('scratch'), { recursive: true });
  // Steps run as users of their own choosing; the folder is inside the work folder, which only root enters.
  await chmod(at('scratch'), 0o1777);
  await writeFile(at('Dockerfile'), renderJudged(recipe.scan, image.references));
  await writeFile(at('auth.json'), '{}', { mode: 0o600 });
  if (recipe.ignoreFile !== undefined) await writeFile(at('ignore'), recipe.ignoreFile);
  const environment = { ...stepEnvironment, ...(image.caBundlePath === undefined ? {} : caEnvironment()) };
  const settings: StepSettings = { environment, ...(image.users ? { users: image.users } : {}) };
  await writeFile(at('step-settings.json'), JSON.stringify(settings));
  const volumes = [
    { from: at('scratch'), to: SCRATCH_PATH, writable: true },
    ...(image.caBundlePath === undefined ? [] : [{ from: image.caBundlePath, to: CA_BUNDLE_PATH, writable: false }]),
  ];
  const argv = buildahBuildArgv({
    contextDir: recipe.contextPath,
    dockerfilePath: at('Dockerfile'),
    ...(recipe.ignoreFile === undefined ? {} : { ignoreFilePath: at('ignore') }),
    imageIdPath: around.imageIdPath,
    buildArguments: build.buildArguments,
    labels: image.labels,
    annotations: baseAnnotation(recipe),
    runtimePath: `${import.meta.dirname}/sandbox/step-runtime.sh`,
    networkNamespacePath: image.networkNamespacePath,
    cgroupParent: around.cgroup.stepsPath,
    volumes,
    registriesConfPath: storage.registriesConfPath,
    policyPath: storage.policyPath,
    // Every image is in the store by now: buildah itself needs no login at all.
    authFilePath: at('auth.json'),
  });
  const env = {
    ...buildahEnvironment(process.env),
    ...storage.environment,
    TMPDIR: at('tmp'),
    REGISTRY_AUTH_FILE: at('auth.json'),
    CONTAINERS_CONF: image.containersConfPath,
    SLIPWAY_NODE: process.execPath,
    SLIPWAY_STEP_RUNTIME: `${import.meta.dirname}/sandbox/step-runtime.ts`,
    SLIPWAY_STEP_SETTINGS: at('step-settings.json'),
    SLIPWAY_CRUN_ROOT: at('crun'),
  };
  return { argv, env };
}

export function baseAnnotation(recipe: BuildRecipe): Readonly<Record<string, string>> {
  const base = recipe.scan.stages.at(-1)?.base;
  return base === undefined ? {} : { 'org.opencontainers.image.base.name': base };
}
