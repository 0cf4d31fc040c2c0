/** `slipway edges`: who calls which application of the project, and how that goes. */
import type { Edge, EdgeList } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { renderEdges } from './render-edges.ts';

/** More than the platform counts one by one for a project. */
const PAGES_MAX = 100;

export const command = defineCommand({
  options: { output: OUTPUT_OPTION, quiet: QUIET },
  examples: ['slipway edges', 'slipway edges --output json'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const list = await readAll((start) =>
      client.listEdges({
        params: { project_id: project.id },
        query: start === undefined ? {} : { start },
        signal,
      }),
    );
    const text = await renderOutput(options.output, list);
    if (text !== undefined) context.terminal.write(text);
    else if (!list.observed) context.say(NOT_OBSERVED);
    else if (list.edges.length === 0) context.say('No requests since the platform was started');
    else context.terminal.write(renderEdges(list.edges));
  },
});

const NOT_OBSERVED =
  'Requests are not observed on this platform. Its operator can change that: slipway down, then slipway up --observe metrics';

/** The first page with the items of all. */
async function readAll(read: (start: string | undefined) => Promise<EdgeList>): Promise<EdgeList> {
  const first = await read(undefined);
  const edges: Edge[] = [...first.edges];
  let start = first.next?.start;
  for (let pages = 1; start !== undefined; pages += 1) {
    if (pages >= PAGES_MAX) throw new Error(`Cannot read the edges: there are more than ${PAGES_MAX} pages`);
    const page = await read(start);
    edges.push(...page.edges);
    start = page.next?.start;
  }
  const { next: _next, ...complete } = first;
  return { ...complete, edges, limit: edges.length };
}
