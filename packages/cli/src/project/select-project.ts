/** Remembers a project as the one later commands use. */
import { writeSettings } from '../cli-settings.ts';
import type { CommandContext } from '../command-context.ts';

export async function rememberProject(context: CommandContext, id: string): Promise<void> {
  const settings = await context.settings();
  await writeSettings(context.env, { ...settings, projects: { ...settings.projects, [context.platformName]: id } });
}

export async function forgetProject(context: CommandContext, id: string): Promise<void> {
  const settings = await context.settings();
  if (settings.projects[context.platformName] !== id) return;
  const { [context.platformName]: _gone, ...projects } = settings.projects;
  await writeSettings(context.env, { ...settings, projects });
}
