/** `slipway diff`: what `apply` would change. Ends with 1 when there is a difference. */
import { defineCommand } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { DECLARE_OPTIONS, outputPaint } from './declare-options.ts';
import { labelOf } from './declared-resource.ts';
import { areValuesHidden, sayHidden } from './hidden-values.ts';
import { loadDeclaration } from './load-declaration.ts';
import { planChanges } from './plan-changes.ts';
import { changeDocument, renderDiff } from './render-changes.ts';

export const command = defineCommand({
  options: DECLARE_OPTIONS,
  examples: [
    'slipway diff',
    'slipway diff -f deploy/ --prune',
    'slipway export --project a | slipway diff -f - --project b',
  ],
  async run({ options, context }) {
    const { filename: files, set, prune } = options;
    const scope = await openProject(context);
    const isHidden = await areValuesHidden(scope);
    const declaration = await loadDeclaration(context, { files, set, areValuesHidden: isHidden });
    const plan = await planChanges(scope, declaration, { prune: prune === true, areValuesHidden: isHidden });
    const differing = plan.changes.filter(({ action }) => action !== 'unchanged');
    const text = await renderOutput(options.output, { changes: differing.map(changeDocument) });
    context.terminal.write(text ?? renderDiff(plan.changes, outputPaint(context)));
    for (const orphan of plan.orphans) context.say(`No longer declared: ${labelOf(orphan)}; --prune deletes it`);
    if (isHidden && plan.changes.some(({ kind }) => kind === 'config_map' || kind === 'secret'))
      sayHidden(context, 'only their keys were compared');
    if (differing.length === 0) context.say('There is no difference');
    else context.outcome.exit = 'failure';
  },
});
