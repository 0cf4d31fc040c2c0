/** `slipway buildrun delete`: one run, or all of a build. */
import type { BuildRun } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { listAll } from '../list-all.ts';
import { openProject } from '../project-scope.ts';
import { FORCE_DELETE, IGNORE_NOT_FOUND, QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';

export const command = defineCommand({
  options: {
    name: { names: ['--name', '-n'], kind: 'value', summary: 'one build run' },
    build: { names: ['--build', '-b'], kind: 'value', summary: 'all runs of this build' },
    force: FORCE_DELETE,
    ignoreNotFound: IGNORE_NOT_FOUND,
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { name, build } = options;
    if ((name === undefined) === (build === undefined))
      throw new UsageFault('Cannot delete: give either --name or --build');
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const names = name === undefined ? await runsOf(build ?? '') : [name];
    await deleteResource(context, {
      what: name === undefined ? `${names.length} runs of build "${build}"` : `build run "${name}"`,
      force: options.force === true,
      ignoreNotFound: options.ignoreNotFound === true,
      remove: async () => {
        for (const run of names) await client.deleteBuildRun({ params: { ...params, name: run }, signal });
      },
    });

    async function runsOf(build_name: string): Promise<readonly string[]> {
      const runs: readonly BuildRun[] = await listAll(
        (query) => client.listBuildRuns({ params, query: { ...query, build_name }, signal }),
        (page) => page.build_runs,
      );
      return runs.map((run) => run.name);
    }
  },
});
