/** What a folder is and how its image will be built, by the rules that the platform's builder follows. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { detectPlan, type SourceFacts } from '@slipway/plan';
import type { FolderScan } from './scan-folder.ts';

export interface DetectedFolder {
  readonly strategy: 'dockerfile' | 'buildpacks';
  /** `Node.js app, start: node server.js`, `Dockerfile`, or why it cannot be told. */
  readonly summary: string;
  readonly base?: string;
  readonly isFound: boolean;
}

export interface DetectChoice {
  readonly strategy?: string | undefined;
  readonly dockerfile?: string | undefined;
  readonly contextDir?: string | undefined;
}

export async function detectFolder(scan: FolderScan, choice: DetectChoice): Promise<DetectedFolder> {
  const prefix = choice.contextDir === undefined || choice.contextDir === '.' ? '' : `${choice.contextDir}/`;
  const files = new Set(
    scan.entries.flatMap(({ kind, path }) =>
      kind !== 'folder' && path.startsWith(prefix) ? [path.slice(prefix.length)] : [],
    ),
  );
  const dockerfile = choice.dockerfile ?? 'Dockerfile';
  const isDockerfile =
    choice.strategy === undefined
      ? choice.dockerfile !== undefined || files.has(dockerfile)
      : choice.strategy === 'dockerfile';
  if (isDockerfile) {
    const isFound = files.has(dockerfile);
    return { strategy: 'dockerfile', summary: isFound ? dockerfile : `there is no ${dockerfile}`, isFound };
  }
  const read = async (name: string) => (files.has(name) ? readFile(join(scan.root, prefix, name), 'utf8') : undefined);
  const [packageJson, procfile] = await Promise.all([read('package.json'), read('Procfile')]);
  const facts: SourceFacts = {
    files,
    ...(packageJson !== undefined && { packageJson }),
    ...(procfile !== undefined && { procfile }),
  };
  const detection = detectPlan(facts);
  if (!detection.found) return { strategy: 'buildpacks', summary: detection.message, isFound: false };
  return { strategy: 'buildpacks', summary: detection.plan.summary, base: detection.plan.base, isFound: true };
}
