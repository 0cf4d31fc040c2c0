/** From an unpacked source to what buildah will build: the Dockerfile as it is to be run, its images, and its name. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import type { BuildWorkload } from '@slipway/engine';
import { describeFiles, detectPlan, renderDockerfile, renderIgnoreFile } from '@slipway/plan';
import { BuildRefusal } from './build-refusal.ts';
import { checkDockerfile } from './dockerfile/prepare-dockerfile.ts';
import { type DockerfileScan, scanDockerfile } from './dockerfile/scan-dockerfile.ts';
import { filesBelow, readSourceFacts } from './source/source-facts.ts';

export interface BuildRecipe {
  readonly contextPath: string;
  /** How the user calls the Dockerfile, or what stands for it. */
  readonly file: string;
  readonly dockerfile: string;
  readonly ignoreFile?: string;
  readonly scan: DockerfileScan;
  /** One line for people. */
  readonly summary: string;
}

const DOCKERFILE_BYTES_MAX = 1024 * 1024;

export async function readRecipe(
  build: BuildWorkload,
  source: { readonly dir: string; readonly files: ReadonlySet<string> },
): Promise<BuildRecipe> {
  const contextDir = normalInside(build.contextDir, 'context folder');
  const contextPath = await existingFolder(source.dir, contextDir);
  const files = filesBelow(source.files, contextDir);
  switch (build.strategy) {
    case 'dockerfile':
      return dockerfileRecipe(build, { contextPath, files });
    case 'buildpacks': {
      const facts = await readSourceFacts(source.dir, { files: source.files, contextDir });
      const detection = detectPlan(facts);
      if (!detection.found) throw new BuildRefusal('invalid_build_configuration', detection.message);
      const dockerfile = renderDockerfile(detection.plan);
      return {
        contextPath,
        file: 'the generated build plan',
        dockerfile,
        ignoreFile: renderIgnoreFile(detection.plan),
        scan: scanDockerfile(dockerfile),
        summary: detection.plan.summary,
      };
    }
    default:
      throw new BuildRefusal(
        'unknown_strategy',
        `Cannot build with strategy "${String(build.strategy)}". Use "dockerfile" or "buildpacks"`,
      );
  }
}

async function dockerfileRecipe(
  build: BuildWorkload,
  context: { readonly contextPath: string; readonly files: ReadonlySet<string> },
): Promise<BuildRecipe> {
  const file = normalInside(build.specFile, 'Dockerfile path');
  if (!context.files.has(file)) {
    throw new BuildRefusal(
      'invalid_build_configuration',
      `Cannot build: "${file}" is not in the source, which holds ${describeFiles(context.files)}. ` +
        'Add it, name another with the Dockerfile option, or build with strategy "buildpacks"',
    );
  }
  const path = join(context.contextPath, file);
  if ((await stat(path)).size > DOCKERFILE_BYTES_MAX) {
    throw new BuildRefusal('invalid_build_configuration', `Cannot build: "${file}" is larger than 1 MiB. Shorten it`);
  }
  const dockerfile = await readFile(path, 'utf8');
  const scan = scanDockerfile(dockerfile, build.buildArguments);
  checkDockerfile(scan, file);
  return { contextPath: context.contextPath, file, dockerfile, scan, summary: `Dockerfile ${file}` };
}

/** A relative path without a way out of the source; '' is the root. */
function normalInside(path: string, what: string): string {
  const normal = posix.normalize(path === '' ? '.' : path).replace(/\/$/, '');
  if (normal.startsWith('/') || normal.split('/').includes('..')) {
    throw new BuildRefusal(
      'invalid_build_configuration',
      `Cannot build: the ${what} "${path}" lies outside the source. Use a path relative to the uploaded folder`,
    );
  }
  return normal === '.' ? '' : normal;
}

async function existingFolder(sourceDir: string, contextDir: string): Promise<string> {
  const root = await realpath(sourceDir);
  const path = await realpath(join(root, contextDir)).catch(() => undefined);
  const inside = path !== undefined && (path === root || path.startsWith(root + sep));
  if (path === undefined || !inside || !(await stat(path)).isDirectory()) {
    throw new BuildRefusal(
      'invalid_build_configuration',
      `Cannot build: the source has no folder "${contextDir}". Correct the context folder`,
    );
  }
  return path;
}
