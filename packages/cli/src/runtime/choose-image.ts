/** The image of an app or a job: named, or built from a folder. */
import { buildFolder } from '../deploy/build-folder.ts';
import type { ProjectScope } from '../project-scope.ts';
import { refuseGitSource, type ImageSourceOptions } from './source-options.ts';

export interface ImageChoice {
  /** Of the app or the job. */
  readonly name: string;
  readonly image: string | undefined;
  readonly source: ImageSourceOptions;
}

/** Undefined when neither an image nor a source was given. */
export async function chooseImage(
  scope: ProjectScope,
  { name, image, source }: ImageChoice,
): Promise<string | undefined> {
  if (source.buildSource === undefined) return image;
  refuseGitSource(source.buildSource, '--build-source FOLDER');
  const built = await buildFolder(scope, {
    folder: source.buildSource,
    appName: name,
    image,
    dockerfile: source.buildDockerfile,
    strategy: source.buildStrategy,
    size: source.buildSize,
    timeoutSeconds: source.buildTimeout,
    contextDir: source.buildContextDir,
  });
  return built.reference;
}
