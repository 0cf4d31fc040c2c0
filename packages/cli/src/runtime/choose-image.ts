/** The image of an app or a job: named, or built from a folder. */
import type { ProjectScope } from '../project-scope.ts';
import { refuseGitSource, type ImageSourceOptions } from './source-options.ts';

export interface ImageChoice {
  /** Of the app or the job. */
  readonly name: string;
  readonly image: string | undefined;
  readonly source: ImageSourceOptions;
  /** Absent: until the build ends. None: not at all, then the image is named by where the build will put it. */
  readonly waitSeconds?: number;
}

/** Undefined when neither an image nor a source was given. */
export async function chooseImage(
  scope: ProjectScope,
  { name, image, source, waitSeconds }: ImageChoice,
): Promise<string | undefined> {
  if (source.buildSource === undefined) return image;
  refuseGitSource(source.buildSource, '--build-source FOLDER');
  // Packing is loaded by who packs: help of the commands does not wait for it.
  const [{ submitFolder }, { followBuildRun, followBuildRunWithin }] = await Promise.all([
    import('../deploy/build-folder.ts'),
    import('../buildrun/follow-build-run.ts'),
  ]);
  const run = await submitFolder(scope, {
    folder: source.buildSource,
    appName: name,
    image,
    dockerfile: source.buildDockerfile,
    strategy: source.buildStrategy,
    size: source.buildSize,
    timeoutSeconds: source.buildTimeout,
    contextDir: source.buildContextDir,
  });
  if (waitSeconds === undefined) return (await followBuildRun(scope, run.name)).reference;
  if (waitSeconds > 0) return (await followBuildRunWithin(scope, run.name, waitSeconds)).reference;
  scope.context.say(`The build goes on: slipway buildrun logs --follow --name ${run.name}`);
  return run.output_image;
}
