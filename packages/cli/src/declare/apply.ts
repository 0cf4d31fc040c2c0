/** `slipway apply`: makes what is there what is declared. Applied twice, the second time changes nothing. */
import { defineCommand } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { confirmYes } from '../confirm.ts';
import { renderOutput } from '../output/render-output.ts';
import { exitNameOf } from '../problem.ts';
import { openProject } from '../project-scope.ts';
import { waitOptions, waitSecondsOf } from '../shared-options.ts';
import { CommandFault } from '../usage-fault.ts';
import { carryOut, type Result } from './carry-out.ts';
import { DECLARE_OPTIONS, outputPaint } from './declare-options.ts';
import { labelOf } from './declared-resource.ts';
import { loadDeclaration } from './load-declaration.ts';
import { planChanges, setFlag, type ChangePlan } from './plan-changes.ts';
import { changeDocument, renderDiff, renderResult, renderSummary } from './render-changes.ts';

export const command = defineCommand({
  options: {
    ...DECLARE_OPTIONS,
    dryRun: {
      names: ['--dry-run'],
      kind: 'flag',
      summary: 'show what would change, and change nothing',
      default: 'false',
    },
    force: { names: ['--force', '--yes', '-y'], kind: 'flag', summary: 'prune without asking', default: 'false' },
    ...waitOptions(true),
  },
  examples: ['slipway apply', 'slipway apply -f deploy/ --prune', 'slipway apply -f slipway.yaml --dry-run'],
  async run({ options, context }) {
    const declaration = await loadDeclaration(context, { files: options.filename, set: options.set });
    const scope = await openProject(context);
    const plan = await planChanges(scope, declaration, { prune: options.prune === true });
    if (options.dryRun === true) {
      const text = await renderOutput(options.output, { changes: plan.changes.map(changeDocument) });
      context.terminal.write(text ?? renderDiff(plan.changes, outputPaint(context)));
      context.say(`Nothing was changed. Applied, ${renderSummary(plan.changes.map(({ action }) => WOULD[action]))}`);
      return;
    }
    await confirmPrune(context, plan, options.force === true);
    const onResult = (result: Result): void => {
      if (options.output === undefined && result.state !== 'failed') context.terminal.write(renderResult(result));
    };
    const results = await carryOut(scope, plan, { waitSeconds: waitSecondsOf(options, true), onResult }).catch(
      (error: unknown) => {
        throw scope.signal.aborted ? leftAlone(plan, error) : error;
      },
    );
    const document = { results: results.map(({ change, state }) => ({ kind: change.kind, name: change.name, state })) };
    context.terminal.write((await renderOutput(options.output, document)) ?? '');
    for (const orphan of plan.orphans) context.say(`No longer declared: ${labelOf(orphan)}; --prune deletes it`);
    refuseFailed(results, plan);
    context.say(`Applied to project "${scope.project.name}": ${renderSummary(results.map(({ state }) => state))}`);
  },
});

const WOULD = {
  create: 'created',
  update: 'updated',
  replace: 'replaced',
  delete: 'deleted',
  unchanged: 'unchanged',
} as const;

async function confirmPrune(context: CommandContext, plan: ChangePlan, isForced: boolean): Promise<void> {
  const gone = plan.changes.filter(({ action }) => action === 'delete');
  if (gone.length === 0 || isForced || process.stdin.isTTY !== true) return;
  await confirmYes(context, {
    question: `Delete what is no longer declared: ${gone.map(labelOf).join(', ')}?`,
    refusal: 'Nothing was applied',
  });
}

/** Says what was done, what failed and what was not begun; ends as the first failure would. */
function refuseFailed(results: readonly Result[], plan: ChangePlan): void {
  const failed = results.filter(({ state }) => state === 'failed');
  const [first] = failed;
  if (!first) return;
  const left = results.filter(({ state }) => state === 'not begun').map(({ change }) => labelOf(change));
  const done = results.length - failed.length - left.length;
  throw new CommandFault(
    exitNameOf(first.error),
    `Cannot apply everything: ${failed.length} failed, ${left.length} not begun, ${done} done`,
    [
      ...failed.flatMap(({ change, error }) => [
        `failed ${labelOf(change)}: ${error instanceof Error ? error.message : String(error)}`,
        ...(error instanceof CommandFault ? error.fix.map((line) => `  ${line}`) : []),
      ]),
      ...(left.length > 0 ? [`not begun: ${left.join(', ')}`] : []),
      `Mend it and apply again: slipway apply${setFlag(plan.set)}; what is done stays as it is`,
    ],
    { cause: first.error },
  );
}

function leftAlone(plan: ChangePlan, cause: unknown): CommandFault {
  const fix = [`What is left to do: slipway diff${setFlag(plan.set)}`, `Go on: slipway apply${setFlag(plan.set)}`];
  return new CommandFault('interrupted', 'Interrupted: what was done stays, what was begun goes on', fix, { cause });
}
