/** After "not found": the name that was probably meant. A help only, so whatever goes wrong here is left unsaid. */
import { closestWord } from './closest-word.ts';
import type { CommandContext } from './command-context.ts';
import { listAll } from './list-all.ts';

const SUGGEST_TIMEOUT_MS = 2000;

/** A line such as `Did you mean "web"?`, for an answer like `Cannot find app "wbe"`. */
export async function suggestName(context: CommandContext, error: unknown): Promise<string | undefined> {
  if (!(error instanceof Error) || error.name !== 'ApiProblem') return undefined;
  const match = /^Cannot find (app|build|build run) "([^"]+)"/.exec(error.message);
  if (!match) return undefined;
  const [, kind = '', name = ''] = match;
  try {
    const close = closestWord(name, await namesOf(context, kind));
    return close === undefined ? undefined : `Did you mean "${close}"?`;
  } catch {
    return undefined;
  }
}

async function namesOf(context: CommandContext, kind: string): Promise<readonly string[]> {
  const client = await context.client();
  const params = { project_id: (await context.project()).id };
  const signal = AbortSignal.timeout(SUGGEST_TIMEOUT_MS);
  if (kind === 'app') {
    const apps = await listAll(
      (query) => client.listApps({ params, query, signal }),
      (page) => page.apps,
    );
    return apps.map((app) => app.name);
  }
  if (kind === 'build') {
    const builds = await listAll(
      (query) => client.listBuilds({ params, query, signal }),
      (page) => page.builds,
    );
    return builds.map((build) => build.name ?? '');
  }
  const runs = await listAll(
    (query) => client.listBuildRuns({ params, query, signal }),
    (page) => page.build_runs,
  );
  return runs.map((run) => run.name);
}
