/** What the folder's own `slipway.yaml` says of the app that is deployed from it. What flags say wins. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AppMeshPrototype, AppPatch } from '@slipway/spec';
import type { DeclaredBuild } from '../declare/declared-resource.ts';
import type { WrittenResource } from '../declare/parse-manifest.ts';
import { UsageFault } from '../usage-fault.ts';

export const DEPLOY_FILE = 'slipway.yaml';

export interface DeployDefaults {
  readonly name?: string;
  readonly settings: AppPatch;
  /** All that is declared of calls inside the project. */
  readonly mesh?: AppMeshPrototype;
  readonly build?: DeclaredBuild;
}

const NONE: DeployDefaults = { settings: {} };

export async function readDeployDefaults(
  folder: string,
  { name, env }: { readonly name: string | undefined; readonly env: NodeJS.ProcessEnv },
): Promise<DeployDefaults> {
  const path = join(folder, DEPLOY_FILE);
  if (!existsSync(path)) return NONE;
  const [{ readManifest }, { parseManifests }, { declareResource }] = await Promise.all([
    import('../declare/read-manifests.ts'),
    import('../declare/parse-manifest.ts'),
    import('../declare/declared-resource.ts'),
  ]);
  const { resources } = parseManifests([await readManifest(path, folder)]);
  const written = chooseApp(resources, { folder, name });
  if (!written) return NONE;
  const noInput = () => Promise.reject(new Error('standard input is not read here'));
  const { fields, build } = await declareResource(written, { env, readInput: noInput, areValuesHidden: false });
  // The image is the one that is built now.
  const { image_reference: _image, mesh, ...settings } = fields as AppPatch & { readonly mesh?: AppMeshPrototype };
  return { name: written.name, settings, ...(mesh && { mesh }), ...(build && { build }) };
}

/** The app of this name; without a name the one that is built from this folder. Pure. */
export function chooseApp(
  resources: readonly WrittenResource[],
  { folder, name }: { readonly folder: string; readonly name: string | undefined },
): WrittenResource | undefined {
  const apps = resources.filter((resource) => resource.kind === 'app');
  if (name !== undefined) return apps.find((app) => app.name === name);
  const built = apps.filter((app) => folderOf(app) === folder);
  if (built.length > 1) {
    throw new UsageFault(`Cannot tell which app to deploy: ${DEPLOY_FILE} builds several from this folder`, [
      `Name one: ${built.map((app) => `--name ${app.name}`).join(' or ')}`,
      'Or all that is declared: slipway apply',
    ]);
  }
  return built[0];
}

function folderOf({ fields, folder }: WrittenResource): string | undefined {
  const { build } = fields;
  if (typeof build === 'string') return resolve(folder, build);
  if (typeof build !== 'object' || build === null || !('folder' in build)) return undefined;
  return resolve(folder, String(build.folder));
}
