/** `slipway member list`. */
import type { Member, PlatformMember } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { nameOfTarget, type CommandContext } from '../command-context.ts';
import { listAll } from '../list-all.ts';
import { ageOf } from '../output/age-of.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { renderTable } from '../output/text-table.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { ON_PLATFORM } from './member-scope.ts';

export const command = defineCommand({
  options: { onPlatform: ON_PLATFORM, output: OUTPUT_OPTION, quiet: QUIET },
  async run({ options, context }) {
    const { where, items } = options.onPlatform ? await ofPlatform(context) : await ofProject(context);
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0) context.say(`No members of ${where}`);
    else context.terminal.write(text ?? renderMembers(items, Date.now()));
  },
});

interface Members {
  readonly where: string;
  readonly items: readonly (Member | PlatformMember)[];
}

async function ofPlatform(context: CommandContext): Promise<Members> {
  const client = await context.client();
  const items = await listAll(
    (query) => client.listPlatformMembers({ query, signal: context.signal }),
    (page) => page.members,
  );
  return { where: nameOfTarget(await context.target()), items };
}

async function ofProject(context: CommandContext): Promise<Members> {
  const { client, project, signal } = await openProject(context);
  const params = { project_id: project.id };
  const items = await listAll(
    (query) => client.listMembers({ params, query, signal }),
    (page) => page.members,
  );
  return { where: `project "${project.name}"`, items };
}

function renderMembers(members: Members['items'], nowMs: number): string {
  const rows = members.map(({ id, role, created_at: since }) => [id, role, ageOf(since, nowMs)]);
  return renderTable(['User', 'Role', 'Age'], rows);
}
