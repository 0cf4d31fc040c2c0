/** `slipway whoami`: the user of these commands, as members and API keys name one, and what one may do. */
import type { CallerIdentity } from '@slipway/spec';
import { selectedProjectOf, type CommandContext } from '../command-context.ts';
import { defineCommand } from '../command.ts';
import { LOCAL_CONTEXT } from '../login/target.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { renderFields } from '../output/text-table.ts';
import { QUIET } from '../shared-options.ts';

export const command = defineCommand({
  options: { output: OUTPUT_OPTION, quiet: QUIET },
  async run({ options, context }) {
    const client = await context.client();
    const caller = await client.getCaller({ signal: context.signal });
    const where = await whereOf(context);
    const text = await renderOutput(options.output, { ...caller, ...where });
    context.terminal.write(text ?? renderCaller(caller, where));
  },
});

const PROOFS: Readonly<Record<CallerIdentity['kind'], string>> = {
  administrator: "the administrator's token of this machine",
  user: 'an outside log-in',
  api_key: 'an API key',
  service_account: 'the token of a workload',
};

interface Where {
  readonly context: string;
  readonly url?: string;
  readonly selected_project_id: string | undefined;
}

async function whereOf(context: CommandContext): Promise<Where> {
  const target = await context.target();
  const project = selectedProjectOf(target, await context.settings());
  if (target.kind === 'machine') return { context: LOCAL_CONTEXT, selected_project_id: project };
  return { context: target.name, url: target.context.url, selected_project_id: project };
}

function renderCaller({ id, name, kind, platform_role: platformRole, projects }: CallerIdentity, where: Where): string {
  const inProjects = projects.map(({ project_id: project, role }) => `${role} of ${project}`);
  return renderFields([
    ['User', id],
    ['Name', name === id ? undefined : name],
    ['Proved by', PROOFS[kind]],
    ['On the platform', platformRole ?? 'no role'],
    ['In projects', inProjects.length > 0 ? inProjects.join(', ') : undefined],
    ['Context', where.url === undefined ? `${where.context} (this machine)` : where.context],
    ['Address', where.url],
    ['Selected project', where.selected_project_id],
  ]);
}
