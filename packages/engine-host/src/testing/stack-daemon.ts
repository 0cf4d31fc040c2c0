/**
 * A daemon to be killed: a process of its own that starts the shipped engine with what was declared before, then
 * applies what is declared now, and runs on. Argument: its plan as JSON. Says `starting` when its work begins.
 */
import type { Declared } from '@slipway/engine';
import { openImageStore, prepareContainerStorage } from '@slipway/images';
import type { HostEngineConfig } from '../host-engine-config.ts';
import { createHostEngine } from '../host-engine.ts';
import { createInstanceRuntime } from '../instance/host-instance-runtime.ts';
import { STACK_WINDOWS } from './stack-windows.ts';
import { STACK_REGISTRY } from './real-images.ts';

export interface StackDaemonPlan {
  readonly config: HostEngineConfig;
  readonly before: Declared;
  readonly now: Declared;
}

const { config, before, now } = JSON.parse(process.argv[2] ?? '') as StackDaemonPlan;
const { stateDir, runDir } = config;
const images = openImageStore({
  storage: await prepareContainerStorage({ stateDir, runDir, registry: STACK_REGISTRY }),
});
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const runtime = createInstanceRuntime({ config, images, log });
const engine = createHostEngine({ config, runtime, images, log, scaleWindows: STACK_WINDOWS });
process.stdout.write('starting\n');
await engine.start(before);
const isDeclared = (id: string) => now.projects.some(({ projectId }) => projectId === id);
for (const project of now.projects) await engine.applyProject(project);
for (const app of now.apps) await engine.applyApp(app);
for (const app of before.apps) {
  if (!now.apps.some(({ appName, projectId }) => appName === app.appName && projectId === app.projectId)) {
    await engine.removeApp(app);
  }
}
for (const { projectId } of before.projects) if (!isDeclared(projectId)) await engine.removeProject(projectId);
