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
    const plan = await planChanges(scope, declaration, { prune: options.prune === true }).catch((error: unknown) => {
      throw scope.signal.aborted ? new CommandFault('interrupted', 'Interrupted: nothing was applied') : error;
    });
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
    const results = await carryOut(scope, plan, { waitSeconds: waitSecondsOf(options, true), onResult });
    const document = { results: results.map(({ change, state }) => ({ kind: change.kind, name: change.name, state })) };
    context.terminal.write((await renderOutput(options.output, document)) ?? '');
    for (const orphan of plan.orphans) context.say(`No longer declared: ${labelOf(orphan)}; --prune deletes it`);
    if (scope.signal.aborted) throw interruption(results, plan);
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
  const [first] = results.filter(({ state }) => state === 'failed');
  if (!first) return;
  const { failed, left, done } = countsOf(results);
  throw new CommandFault(
    exitNameOf(first.error),
    `Cannot apply everything: ${failed} failed, ${left} not begun, ${done} done`,
    [
      ...failureLines(results),
      ...leftLines(results),
      `Mend it and apply again: slipway apply${setFlag(plan.set)}; what is done stays as it is`,
    ],
    { cause: first.error },
  );
}

/** After Ctrl-C: what is done, what goes on, and what nobody has begun. */
function interruption(results: readonly Result[], plan: ChangePlan): CommandFault {
  const { begun, failed, left, done } = countsOf(results);
  const counts = [
    `${done} done`,
    ...(begun > 0 ? [`${begun} being built`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${left} not begun`,
  ];
  const unwaited = results.filter(({ isUnwaited }) => isUnwaited === true).map(({ change }) => labelOf(change));
  return new CommandFault('interrupted', `Interrupted: ${counts.join(', ')}`, [
    ...(unwaited.length > 0 ? [`done and not waited for: ${unwaited.join(', ')}`] : []),
    ...results.flatMap(({ change, buildRun }) =>
      buildRun === undefined
        ? []
        : [
            `being built: ${labelOf(change)}, which stays as it is`,
            `  Watch the build: slipway buildrun logs --follow --name ${buildRun}`,
          ],
    ),
    ...failureLines(results),
    ...leftLines(results),
    `Go on: slipway apply${setFlag(plan.set)}; what is done stays as it is`,
  ]);
}

function countsOf(results: readonly Result[]) {
  const count = (wanted: Result['state']) => results.filter(({ state }) => state === wanted).length;
  const [begun, failed, left] = [count('interrupted'), count('failed'), count('not begun')];
  return { begun, failed, left, done: results.length - begun - failed - left };
}

function failureLines(results: readonly Result[]): readonly string[] {
  return results.flatMap(({ change, error, state }) =>
    state === 'failed'
      ? [
          `failed ${labelOf(change)}: ${error instanceof Error ? error.message : String(error)}`,
          ...(error instanceof CommandFault ? error.fix.map((line) => `  ${line}`) : []),
        ]
      : [],
  );
}

function leftLines(results: readonly Result[]): readonly string[] {
  const left = results.filter(({ state }) => state === 'not begun').map(({ change }) => labelOf(change));
  return left.length > 0 ? [`not begun: ${left.join(', ')}`] : [];
}
