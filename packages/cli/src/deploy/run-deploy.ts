/**
 * `slipway deploy FOLDER`: from a folder to a URL in one command, setting the machine up when it must. Steps and their
 * times go to stderr; the URL is the only line on stdout. Deploying again changes the app; Ctrl-C only stops watching.
 */
import { basename, resolve } from 'node:path';
import { nameProblem, type App } from '@slipway/spec';
import { appSettings } from '../app/app-body.ts';
import { waitApp } from '../app/wait-app.ts';
import type { CommandRun, ParsedOptions } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { readMesh, stateMesh } from '../mesh/app-mesh.ts';
import { renderOutput } from '../output/render-output.ts';
import type { ProjectScope } from '../project-scope.ts';
import { REFUSE_MISSING } from '../refuse-missing.ts';
import { given } from '../runtime/runtime-body.ts';
import { shouldWait, WAIT_SECONDS_DEFAULT } from '../shared-options.ts';
import { finishRevision, holdTraffic, readTraffic } from '../traffic/app-traffic.ts';
import { createSteps, formatSpan } from '../terminal/steps.ts';
import { CommandFault, UsageFault } from '../usage-fault.ts';
import { sayNext } from '../say-next.ts';
import { appNameFrom } from './app-name.ts';
import { buildFolder } from './build-folder.ts';
import { checkRoute } from './check-route.ts';
import type { DEPLOY_OPTIONS } from './deploy.ts';
import { readDeployDefaults } from './deploy-defaults.ts';
import { appChanges, renderDeployPlan } from './deploy-plan.ts';
import {
  declaredVariables,
  findApp,
  isPlatformReady,
  lookUp,
  planDeploy,
  showDryRun,
  type Deployment,
  type FoundApp,
} from './plan-deploy.ts';
import { scanFolder } from './scan-folder.ts';
import { unchangedOr } from './unchanged-image.ts';

type DeployOptions = ParsedOptions<typeof DEPLOY_OPTIONS>;

export async function runDeploy({ options, operands, context }: CommandRun<typeof DEPLOY_OPTIONS>): Promise<void> {
  const begun = performance.now();
  // Asked while the folder is read; a platform that cannot be asked is set up, or refused, in its turn.
  const isReady = options.dryRun === true ? undefined : isPlatformReady(context).catch(() => false);
  let deployment = await prepare(context, { folder: resolve(context.cwd, operands[0] ?? '.'), options });
  if (options.dryRun === true) {
    await showDryRun(context, await planDeploy(context, deployment), options.output);
    return;
  }
  if ((await isReady) !== true) {
    await ensurePlatform(context);
    // That takes its time, in which files change.
    deployment = { ...deployment, scan: await scanFolder(deployment.folder) };
  }
  const found = await lookUp(context, deployment.name);
  for (const line of renderDeployPlan(await planDeploy(context, deployment, found))) context.say(line);
  const app = await deployFolder(found, deployment);
  if (options.save === true) await save(context, deployment);
  await report(context, app, { options, spanMs: performance.now() - begun });
}

/** Reads the folder and decides what is to be deployed. What cannot be is told before a platform is set up for it. */
async function prepare(
  context: CommandContext,
  { folder, options }: { readonly folder: string; readonly options: DeployOptions },
): Promise<Deployment> {
  const scan = await scanFolder(folder);
  const defaults = await readDeployDefaults(scan.root, { name: options.name, env: context.env });
  const name = chooseName(folder, options.name ?? defaults.name, context);
  const { build } = defaults;
  return {
    folder,
    name,
    options,
    scan,
    settings: { ...defaults.settings, ...appSettings(options) },
    mesh: defaults.mesh,
    declaredEnv: defaults.settings.run_env_variables,
    build: given({
      strategy: options.buildStrategy ?? build?.strategy,
      dockerfile: options.buildDockerfile ?? build?.dockerfile,
      size: options.buildSize ?? build?.size,
      timeoutSeconds: options.buildTimeout ?? build?.timeoutSeconds,
      contextDir: build?.contextDir,
    }),
  };
}

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

async function save(context: CommandContext, deployment: Deployment): Promise<void> {
  const { saveManifest } = await import('./save-manifest.ts');
  const { strategy, dockerfile, size, timeoutSeconds: timeout, contextDir: context_dir } = deployment.build;
  const build = { folder: '.', ...given({ strategy, dockerfile, size, timeout, context_dir }) };
  const settings = { ...deployment.settings, ...declaredVariables(deployment) };
  const files = await saveManifest(deployment.scan.root, { name: deployment.name, settings, build });
  context.say(`Wrote ${files.join(' and ')}. Next time: slipway deploy ${deployment.folder}, or slipway apply`);
}

/** A platform elsewhere is set up by whoever runs it. */
async function ensurePlatform(context: CommandContext): Promise<void> {
  if ((await context.target()).kind === 'context') return;
  const { askPlatform, bringUp, loadPlatformConfig, readPlatformSettings } = await import('@slipway/setup');
  const config = await loadPlatformConfig(context.platformName);
  if (config && (await askPlatform(config))?.status === 'ready') return;
  const { madeAdministrator } = await bringUp({
    name: context.platformName,
    settings: config ? {} : readPlatformSettings({}, context.env),
    reporter: createSteps(context.terminal, { quiet: context.quiet, signal: context.signal }),
    signal: context.signal,
  });
  if (!madeAdministrator) return;
  const { FIRST_START_LINE } = await import('../platform/access-lines.ts');
  context.say(FIRST_START_LINE);
}

async function deployFolder(found: FoundApp, deployment: Deployment): Promise<App> {
  const { name, options } = deployment;
  const { scope } = found;
  let buildRun = '';
  try {
    const image = await buildFolder(scope, {
      folder: deployment.folder,
      scan: deployment.scan,
      appName: name,
      ...deployment.build,
      onRun: (run) => void (buildRun = run),
    });
    const app = await applyFresh(found, deployment, image.reference);
    if (!shouldWait(options, true)) {
      await finishRevision(scope, app, options);
      return app;
    }
    const timeoutSeconds = options.waitTimeout ?? WAIT_SECONDS_DEFAULT;
    // The same tag: nothing was changed, so there is nothing to wait for but what is there.
    const isSame = app.entity_tag === found.existing?.entity_tag;
    const ready = await waitApp(scope, { name, timeoutSeconds, ...(isSame && { changed: app }) });
    // Read while the app is asked; a tag is set first.
    const traffic = options.tag === undefined ? readTraffic(scope, name) : undefined;
    traffic?.catch(() => undefined);
    if (ready.endpoint !== undefined && ready.managed_domain_mappings !== 'local')
      await checkRoute(scope, ready.endpoint);
    await finishRevision(scope, ready, { tag: options.tag, traffic });
    return ready;
  } catch (error) {
    if (!scope.signal.aborted) throw error;
    throw new CommandFault('interrupted', 'Interrupted: only the watching stopped, what was begun goes on', [
      ...(buildRun === '' ? [] : [`Watch the build: slipway buildrun logs --follow --name ${buildRun}`]),
      `Look at the app: slipway app get --name ${name}`,
      'Or run the same deploy again',
    ]);
  }
}

/** By what was seen before the build; when somebody changed the app meanwhile, by what it is now. */
async function applyFresh(found: FoundApp, deployment: Deployment, image: string): Promise<App> {
  const { scope, existing } = found;
  // An app that was not there may be there by now.
  if (!existing) return await applyApp(await anew(found, deployment), deployment, image);
  try {
    return await applyApp({ scope, existing }, deployment, image);
  } catch (error) {
    const isStale = error instanceof Error && 'status' in error && [404, 412].includes(Number(error.status));
    if (!isStale) throw error;
    return await applyApp(await anew(found, deployment), deployment, image);
  }
}

async function anew({ scope }: FoundApp, { name }: Deployment): Promise<FoundApp> {
  return { scope, existing: await findApp(scope, name) };
}

/** Creates the app, or changes the one of this name: what is given replaces, the rest stays. */
async function applyApp({ scope, existing }: FoundApp, deployment: Deployment, image: string): Promise<App> {
  const { client, project, signal } = scope;
  const { mesh, name } = deployment;
  const params = { project_id: project.id, name };
  const settings = { ...deployment.settings, ...declaredVariables(deployment, existing) };
  if (!existing && deployment.options.noTraffic) {
    throw new UsageFault(`Cannot deploy app "${name}" without traffic: it has no revision that could have it`, [
      'Deploy it once without --no-traffic',
    ]);
  }
  if (!existing) {
    const body = { name, image_reference: image, ...settings };
    const made = await client.createApp({ params: { project_id: project.id }, query: REFUSE_MISSING, body, signal });
    if (mesh) await stateMesh(scope, { name, entityTag: '*', mesh });
    return made;
  }
  const entityTag = await settleMesh(scope, deployment, existing);
  const body = { ...settings, image_reference: unchangedOr(existing.image_reference, image) };
  const call = { params, query: REFUSE_MISSING, body, signal };
  if (!deployment.options.noTraffic) return client.updateApp({ ...call, ifMatch: entityTag });
  await holdTraffic(scope, name);
  const { entity_tag: ifMatch } = await client.getApp({ params, signal });
  return client.updateApp({ ...call, ifMatch });
}

/** Gives the tag that the app has then. */
async function settleMesh(scope: ProjectScope, { mesh, name }: Deployment, existing: App): Promise<string> {
  const { entity_tag: entityTag } = existing;
  if (!mesh || appChanges({ mesh }, await readMesh(scope, name)).length === 0) return entityTag;
  return stateMesh(scope, { name, entityTag, mesh });
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
  sayNext(context, [
    ...(app.endpoint === undefined ? [] : [`curl ${app.endpoint}`]),
    `slipway app logs --name ${app.name} --follow`,
    `slipway app get --name ${app.name}`,
  ]);
}
