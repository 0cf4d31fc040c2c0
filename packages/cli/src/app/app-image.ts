/** The image of `app create` and `app update`: named, or built from a folder. */
import { buildFolder } from '../deploy/build-folder.ts';
import type { ProjectScope } from '../project-scope.ts';
import { UsageFault } from '../usage-fault.ts';
import type { BuildOptions } from './app-options.ts';

export interface ImageChoice {
  readonly appName: string;
  readonly image: string | undefined;
  readonly build: BuildOptions;
}

/** Undefined when neither an image nor a source was given. */
export async function chooseImage(
  scope: ProjectScope,
  { appName, image, build }: ImageChoice,
): Promise<string | undefined> {
  if (build.buildSource === undefined) return image;
  if (/^(https?:|ssh:|git@)/.test(build.buildSource)) {
    throw new UsageFault('Building from a git repository is not available yet', [
      'Clone it and name the folder: --build-source FOLDER',
    ]);
  }
  const built = await buildFolder(scope, {
    folder: build.buildSource,
    appName,
    image,
    dockerfile: build.buildDockerfile,
    strategy: build.buildStrategy,
    size: build.buildSize,
    timeoutSeconds: build.buildTimeout,
    contextDir: build.buildContextDir,
  });
  return built.reference;
}
