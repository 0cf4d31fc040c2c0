/** `slipway whoami`: the user of these commands, as members and API keys name one, and what one may do. */
import type { CallerIdentity } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { renderFields } from '../output/text-table.ts';
import { QUIET } from '../shared-options.ts';

export const command = defineCommand({
  options: { output: OUTPUT_OPTION, quiet: QUIET },
  async run({ options, context }) {
    const client = await context.client();
    const caller = await client.getCaller({ signal: context.signal });
    context.terminal.write((await renderOutput(options.output, caller)) ?? renderCaller(caller));
  },
});

const PROOFS: Readonly<Record<CallerIdentity['kind'], string>> = {
  administrator: "the administrator's token of this machine",
  user: 'an outside log-in',
  api_key: 'an API key',
  service_account: 'the token of a workload',
};

function renderCaller({ id, name, kind, platform_role: platformRole, projects }: CallerIdentity): string {
  const inProjects = projects.map(({ project_id: project, role }) => `${role} of ${project}`);
  return renderFields([
    ['User', id],
    ['Name', name === id ? undefined : name],
    ['Proved by', PROOFS[kind]],
    ['On the platform', platformRole ?? 'no role'],
    ['In projects', inProjects.length > 0 ? inProjects.join(', ') : undefined],
  ]);
}
