/** Looks at what is there and says what a deploy would do to it. Changes nothing. */
import type { App, AppMeshPrototype, AppPatch, EnvVarPrototype } from '@slipway/spec';
import type { CommandContext } from '../command-context.ts';
import { isNotFound } from '../delete-resource.ts';
import { readMesh } from '../mesh/app-mesh.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject, type ProjectScope } from '../project-scope.ts';
import { changedEnv } from '../runtime/runtime-body.ts';
import type { EnvOptions } from '../runtime/runtime-options.ts';
import { DEPLOY_FILE } from './deploy-defaults.ts';
import { appChanges, planDocument, renderDeployPlan, type DeployPlan } from './deploy-plan.ts';
import { detectFolder } from './detect-folder.ts';
import type { FolderScan } from './scan-folder.ts';

/** What the folder, its slipway.yaml and the flags say together. */
export interface Deployment {
  readonly folder: string;
  readonly name: string;
  readonly options: EnvOptions & {
    readonly save?: boolean | undefined;
    readonly wait?: boolean | undefined;
    readonly noWait?: boolean | undefined;
    readonly waitTimeout?: number | undefined;
    readonly noTraffic?: boolean | undefined;
    readonly tag?: string | undefined;
  };
  readonly scan: FolderScan;
  readonly settings: AppPatch;
  readonly mesh: AppMeshPrototype | undefined;
  /** Those of slipway.yaml; what flags say of variables changes these. */
  readonly declaredEnv: readonly EnvVarPrototype[] | undefined;
  readonly build: {
    readonly strategy?: string;
    readonly dockerfile?: string;
    readonly size?: string;
    readonly timeoutSeconds?: number;
    readonly contextDir?: string;
  };
}

/** `found` is what the deploy itself has looked up; without it the platform is asked, if it is there. */
export async function planDeploy(
  context: CommandContext,
  deployment: Deployment,
  found?: FoundApp,
): Promise<DeployPlan> {
  const { folder, scan, build, name, mesh, options } = deployment;
  const isReady = found !== undefined || (await isPlatformReady(context));
  const { scope, existing } = found ?? (isReady ? await lookUp(context, name) : {});
  const settings = { ...deployment.settings, ...declaredVariables(deployment, existing) };
  const live = scope && existing && mesh ? { ...existing, ...(await readMesh(scope, name)) } : existing;
  return {
    app: name,
    project: scope?.project.name ?? 'default',
    folder,
    files: scan.fileCount,
    bytes: scan.sizeBytes,
    detected: await detectFolder(scan, build),
    action: existing ? 'update' : 'create',
    changes: appChanges({ ...settings, mesh }, live),
    ...(!isReady && { startsPlatform: context.platformName }),
    ...(options.save === true && { saves: DEPLOY_FILE }),
  };
}

export interface FoundApp {
  readonly scope: ProjectScope;
  readonly existing: App | undefined;
}

export async function lookUp(context: CommandContext, name: string): Promise<FoundApp> {
  const scope = await openProject(context);
  return { scope, existing: await findApp(scope, name) };
}

/** The variables after the flags: those of slipway.yaml are the whole, else those that the app has. */
export function declaredVariables(
  { declaredEnv, options }: Pick<Deployment, 'declaredEnv' | 'options'>,
  existing?: App,
): Pick<AppPatch, 'run_env_variables'> {
  const changed = changedEnv(declaredEnv ?? existing?.run_env_variables ?? [], options);
  const variables = changed ?? (declaredEnv && [...declaredEnv]);
  return variables ? { run_env_variables: variables } : {};
}

export async function findApp({ client, project, signal }: ProjectScope, name: string): Promise<App | undefined> {
  try {
    return await client.getApp({ params: { project_id: project.id, name }, signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export async function isPlatformReady(context: CommandContext): Promise<boolean> {
  if ((await context.target()).kind === 'context') return true;
  const { askPlatform, loadPlatformConfig } = await import('@slipway/setup');
  const config = await loadPlatformConfig(context.platformName);
  return config !== undefined && (await askPlatform(config))?.status === 'ready';
}

export async function showDryRun(context: CommandContext, plan: DeployPlan, output: string | undefined): Promise<void> {
  const text = await renderOutput(output, planDocument(plan));
  context.terminal.write(text ?? `${renderDeployPlan(plan).join('\n')}\n`);
  context.say('Nothing was changed');
}
