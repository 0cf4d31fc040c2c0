/** `slipway deploy FOLDER`: from a folder to a URL in one command. */
import { RUNTIME_OPTIONS } from '../app/app-options.ts';
import { defineCommand } from '../command.ts';
import { APP_OUTPUT_OPTION } from '../output/render-output.ts';
import { IMAGE_SOURCE_OPTIONS } from '../runtime/source-options.ts';
import { QUIET, waitOptions } from '../shared-options.ts';
import { NEW_REVISION_OPTIONS } from '../traffic/app-traffic.ts';

const { buildDockerfile, buildSize, buildStrategy, buildTimeout } = IMAGE_SOURCE_OPTIONS;

export const DEPLOY_OPTIONS = {
  name: {
    names: ['--name', '-n'],
    kind: 'value',
    summary: "name of the app; without it slipway.yaml's, else the folder's",
  },
  ...RUNTIME_OPTIONS,
  buildDockerfile,
  buildSize,
  buildStrategy,
  buildTimeout,
  ...NEW_REVISION_OPTIONS,
  dryRun: { names: ['--dry-run'], kind: 'flag', summary: 'show the plan, and change nothing', default: 'false' },
  save: {
    names: ['--save'],
    kind: 'flag',
    summary: "write what was assumed and said to the folder's slipway.yaml",
    default: 'false',
  },
  output: APP_OUTPUT_OPTION,
  quiet: QUIET,
  ...waitOptions(true),
} as const;

export const command = defineCommand({
  options: DEPLOY_OPTIONS,
  operands: ['FOLDER'],
  examples: [
    'slipway deploy examples/hello-app',
    'slipway deploy . --dry-run',
    'slipway deploy . --name web --env GREETING=hello --min-scale 1 --save',
  ],
  async run(run) {
    // Help and completion need the table alone.
    const { runDeploy } = await import('./run-deploy.ts');
    await runDeploy(run);
  },
});
