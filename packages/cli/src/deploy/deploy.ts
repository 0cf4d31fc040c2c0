/**
 * `slipway deploy FOLDER`: from a folder to a URL in one command, setting the machine up when it must. Steps and their
 * times go to stderr; the URL is the only line on stdout. Deploying again changes the app; Ctrl-C only stops watching.
 */
import { basename, resolve } from 'node:path';
import { nameProblem, type App } from '@slipway/spec';
import { appSettings } from '../app/app-body.ts';
import { RUNTIME_OPTIONS } from '../app/app-options.ts';
import { waitApp } from '../app/wait-app.ts';
import { defineCommand, type ParsedOptions } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { isNotFound } from '../delete-resource.ts';
import { APP_OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject, type ProjectScope } from '../project-scope.ts';
import { changedEnv, given } from '../runtime/runtime-body.ts';
import { IMAGE_SOURCE_OPTIONS } from '../runtime/source-options.ts';
import { QUIET, shouldWait, WAIT_SECONDS_DEFAULT, waitOptions } from '../shared-options.ts';
import { finishRevision, holdTraffic, NEW_REVISION_OPTIONS } from '../traffic/app-traffic.ts';
import { createSteps, formatSpan } from '../terminal/steps.ts';
import { CommandFault, UsageFault } from '../usage-fault.ts';
import { appNameFrom } from './app-name.ts';
import { buildFolder } from './build-folder.ts';
import { scanFolder } from './scan-folder.ts';

const { buildDockerfile, buildSize, buildStrategy, buildTimeout } = IMAGE_SOURCE_OPTIONS;

const OPTIONS = {
  name: { names: ['--name', '-n'], kind: 'value', summary: "name of the app; without it the folder's" },
  ...RUNTIME_OPTIONS,
  buildDockerfile,
  buildSize,
  buildStrategy,
  buildTimeout,
  ...NEW_REVISION_OPTIONS,
  output: APP_OUTPUT_OPTION,
  quiet: QUIET,
  ...waitOptions(true),
} as const;

export const command = defineCommand({
  options: OPTIONS,
  operands: ['FOLDER'],
  examples: ['slipway deploy examples/hello-app', 'slipway deploy . --name web --env GREETING=hello --min-scale 1'],
  async run({ options, operands, context }) {
    const begun = performance.now();
    const folder = resolve(context.cwd, operands[0] ?? '.');
    const name = chooseName(folder, options.name, context);
    const settings = appSettings(options);
    // A folder that cannot be deployed is told before a platform is set up for it.
    await scanFolder(folder);
    await ensurePlatform(context);
    const scope = await openProject(context);
    const app = await deployFolder(scope, { folder, name, options, settings });
    await report(context, app, { options, spanMs: performance.now() - begun });
  },
});

type DeployOptions = ParsedOptions<typeof OPTIONS>;

function chooseName(folder: string, wanted: string | undefined, context: CommandContext): string {
  const name = wanted ?? appNameFrom(basename(folder));
  const problem = name === undefined ? 'nothing of it can be a name' : nameProblem('app', name);
  if (name === undefined || problem !== undefined) {
    throw new UsageFault(`Cannot name an app "${wanted ?? basename(folder)}": ${problem}`, [
      'Choose one, e.g. --name web-1',
    ]);
  }
  if (name !== basename(folder) && wanted === undefined)
    context.say(`The app is named "${name}" after its folder; --name chooses another`);
  return name;
}

async function ensurePlatform(context: CommandContext): Promise<void> {
  const { askPlatform, bringUp, loadPlatformConfig, readPlatformSettings } = await import('@slipway/setup');
  const config = await loadPlatformConfig(context.platformName);
  if (config && (await askPlatform(config))?.status === 'ready') return;
  await bringUp({
    name: context.platformName,
    settings: config ? {} : readPlatformSettings({}, context.env),
    reporter: createSteps(context.terminal, { quiet: context.quiet, signal: context.signal }),
    signal: context.signal,
  });
}

interface Deployment {
  readonly folder: string;
  readonly name: string;
  readonly options: DeployOptions;
  readonly settings: ReturnType<typeof appSettings>;
}

async function deployFolder(scope: ProjectScope, deployment: Deployment): Promise<App> {
  const { name, options } = deployment;
  let buildRun = '';
  try {
    const image = await buildFolder(scope, {
      folder: deployment.folder,
      appName: name,
      dockerfile: options.buildDockerfile,
      strategy: options.buildStrategy,
      size: options.buildSize,
      timeoutSeconds: options.buildTimeout,
      onRun: (run) => void (buildRun = run),
    });
    const app = await applyApp(scope, deployment, image.reference);
    const timeoutSeconds = options.waitTimeout ?? WAIT_SECONDS_DEFAULT;
    const shown = shouldWait(options, true) ? await waitApp(scope, { name, timeoutSeconds }) : app;
    await finishRevision(scope, shown, options);
    return shown;
  } catch (error) {
    if (!scope.signal.aborted) throw error;
    throw new CommandFault('interrupted', 'Interrupted: only the watching stopped, what was begun goes on', [
      ...(buildRun === '' ? [] : [`Watch the build: slipway buildrun logs --follow --name ${buildRun}`]),
      `Look at the app: slipway app get --name ${name}`,
      'Or run the same deploy again',
    ]);
  }
}

/** Creates the app, or changes the one of this name: given options replace, others stay. */
async function applyApp(scope: ProjectScope, { name, options, settings }: Deployment, image: string): Promise<App> {
  const { client, project, signal } = scope;
  const params = { project_id: project.id, name };
  const existing = await client.getApp({ params, signal }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (!existing && options.noTraffic) {
    throw new UsageFault(`Cannot deploy app "${name}" without traffic: it has no revision that could have it`, [
      'Deploy it once without --no-traffic',
    ]);
  }
  if (!existing) {
    const body = { name, image_reference: image, ...settings };
    return client.createApp({ params: { project_id: project.id }, body, signal });
  }
  const env = given({ run_env_variables: changedEnv(existing.run_env_variables, options) });
  const body = { ...settings, ...env, image_reference: unchangedOr(existing.image_reference, image) };
  if (!options.noTraffic) return client.updateApp({ params, ifMatch: existing.entity_tag, body, signal });
  await holdTraffic(scope, name);
  const { entity_tag: ifMatch } = await client.getApp({ params, signal });
  return client.updateApp({ params, ifMatch, body, signal });
}

/** Every build has a place of its own in the registry; the same content is no change and makes no new revision. */
export function unchangedOr(current: string, built: string): string {
  return current.split('@')[1] === built.split('@')[1] ? current : built;
}

async function report(
  context: CommandContext,
  app: App,
  { options, spanMs }: { readonly options: DeployOptions; readonly spanMs: number },
): Promise<void> {
  const urls = { url: app.endpoint, projectUrl: app.endpoint_internal };
  const text = await renderOutput(options.output, app, urls);
  context.say(
    `App "${app.name}" is ${app.status === 'ready' ? 'ready' : 'being deployed'} after ${formatSpan(spanMs)}`,
  );
  context.terminal.write(text ?? `${app.endpoint ?? app.endpoint_internal ?? ''}\n`);
  context.say('Next:');
  context.say(`  curl ${app.endpoint ?? ''}`);
  context.say(`  slipway app logs --name ${app.name} --follow`);
  context.say(`  slipway app delete --name ${app.name}`);
}
