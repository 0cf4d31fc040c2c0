/** `slipway app get`. */
import { listBindingsOf } from '../binding/component-bindings.ts';
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { APP_OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { renderApp } from './render-app.ts';

/** Shown without `--show-all-revisions`: the one that serves and the one before or after it. */
const REVISIONS_SHOWN = 2;

export const command = defineCommand({
  options: {
    name: NAME,
    output: APP_OUTPUT_OPTION,
    quiet: QUIET,
    showAllRevisions: {
      names: ['--show-all-revisions', '-r'],
      kind: 'flag',
      summary: 'show every revision that is kept',
      default: 'false',
    },
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const { name = '' } = options;
    const app = await client.getApp({ params: { project_id: project.id, name }, signal });
    const text = await renderOutput(options.output, app, { url: app.endpoint, projectUrl: app.endpoint_internal });
    if (text !== undefined) {
      context.terminal.write(text);
      return;
    }
    const params = { project_id: project.id, app_name: name };
    const [bindings, traffic, revisions, instances] = await Promise.all([
      listBindingsOf({ client, project, signal }, { noun: 'app', name }),
      client.getAppTraffic({ params: { project_id: project.id, name }, signal }),
      listAll(
        (query) => client.listAppRevisions({ params, query, signal }),
        (page) => page.revisions,
      ),
      listAll(
        (query) => client.listAppInstances({ params, query, signal }),
        (page) => page.instances,
      ),
    ]);
    const newestFirst = revisions.toSorted((a, b) => (b.created_at ?? '').localeCompare(a.created_at ?? ''));
    const shown = options.showAllRevisions ? newestFirst : newestFirst.slice(0, REVISIONS_SHOWN);
    context.terminal.write(
      renderApp({ app, projectName: project.name, revisions: shown, instances, bindings, traffic, nowMs: Date.now() }),
    );
  },
});
