/** Remembers a project as the one that later commands for this platform use. */
import { selectedProjectOf, type CommandContext } from '../command-context.ts';
import { changeSettings, withContext, type CliSettings } from '../login/cli-settings.ts';
import type { Target } from '../login/target.ts';

export async function rememberProject(context: CommandContext, id: string): Promise<void> {
  const target = await context.target();
  await changeSettings(context.env, (settings) => withProject(settings, target, id));
}

export async function forgetProject(context: CommandContext, id: string): Promise<void> {
  const target = await context.target();
  if (selectedProjectOf(target, await context.settings()) !== id) return;
  await changeSettings(context.env, (settings) =>
    selectedProjectOf(target, settings) === id ? withProject(settings, target, undefined) : settings,
  );
}

function withProject(settings: CliSettings, target: Target, id: string | undefined): CliSettings {
  if (target.kind === 'context') {
    return withContext(settings, target.name, ({ project: _before, ...others }) => ({
      ...others,
      ...(id !== undefined && { project: id }),
    }));
  }
  const { [target.platformName]: _before, ...projects } = settings.projects;
  return { ...settings, projects: { ...projects, ...(id !== undefined && { [target.platformName]: id }) } };
}
