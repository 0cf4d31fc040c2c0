/** What a command that works inside a project needs, opened once. */
import type { Client } from '@slipway/client';
import type { ChosenProject, CommandContext } from './command-context.ts';
import { createSteps, type Steps } from './terminal/steps.ts';

export interface ProjectScope {
  readonly context: CommandContext;
  readonly client: Client;
  readonly project: ChosenProject;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

export async function openProject(context: CommandContext): Promise<ProjectScope> {
  const client = await context.client();
  const project = await context.project();
  return {
    context,
    client,
    project,
    steps: createSteps(context.terminal, { quiet: context.quiet, signal: context.signal }),
    signal: context.signal,
  };
}
