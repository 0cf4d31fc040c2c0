/**
 * Runs before crun creates a step's container: completes the bundle's configuration. A program of its own because buildah
 * calls it; everything it decides is in `step-config.ts`. Arguments: the bundle's folder.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OciConfig, type StepSettings, withStepSettings } from './step-config.ts';

const bundle = process.argv[2];
const settingsPath = process.env['SLIPWAY_STEP_SETTINGS'];
if (bundle === undefined || settingsPath === undefined) {
  throw new TypeError('Cannot prepare a build step: the bundle or SLIPWAY_STEP_SETTINGS is missing');
}
const configPath = join(bundle, 'config.json');
const config = JSON.parse(readFileSync(configPath, 'utf8')) as OciConfig;
const settings = JSON.parse(readFileSync(settingsPath, 'utf8')) as StepSettings;
writeFileSync(configPath, JSON.stringify(withStepSettings(config, settings)));
