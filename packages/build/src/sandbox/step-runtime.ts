/**
 * Runs before crun creates a step's container: completes the bundle's configuration and shifts its users. A program of
 * its own because buildah calls it, inside the mount namespace it made for the step, so nothing needs unmounting.
 * Arguments: the bundle's folder.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { overlayLayersAt } from './overlay-layers.ts';
import {
  type OciConfig,
  type StepSettings,
  type StepUsers,
  withShiftedUsers,
  withStepSettings,
} from './step-config.ts';

async function shiftUsers(config: OciConfig, users: StepUsers): Promise<OciConfig> {
  const layers = overlayLayersAt(readFileSync('/proc/self/mountinfo', 'utf8'), config.root.path, users.overlayDir);
  if (!layers) throw new Error(`Cannot shift the users of a build step: no overlay is mounted at ${config.root.path}`);
  const { mountShiftedRoot } = await import('./mount-shifted-root.ts');
  const rootPath = mountShiftedRoot({
    overlayDir: users.overlayDir,
    layers,
    userNamespacePath: users.namespacePath,
    rootId: users.base,
  });
  return withShiftedUsers(config, users, rootPath);
}

const bundle = process.argv[2];
const settingsPath = process.env['SLIPWAY_STEP_SETTINGS'];
if (bundle === undefined || settingsPath === undefined) {
  throw new TypeError('Cannot prepare a build step: the bundle or SLIPWAY_STEP_SETTINGS is missing');
}
const configPath = join(bundle, 'config.json');
const settings = JSON.parse(readFileSync(settingsPath, 'utf8')) as StepSettings;
const config = withStepSettings(JSON.parse(readFileSync(configPath, 'utf8')) as OciConfig, settings);
const completed = settings.users ? await shiftUsers(config, settings.users) : config;
writeFileSync(configPath, JSON.stringify(completed));
