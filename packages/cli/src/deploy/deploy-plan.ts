/** What `deploy` is about to do, before it does anything: for people on one screen, for programs as one document. Pure. */
import type { AppMeshPrototype, AppPatch } from '@slipway/spec';
import { compareFields, type FieldChange } from '../declare/compare-fields.ts';
import type { DetectedFolder } from './detect-folder.ts';
import { formatBytes } from './scan-folder.ts';

export interface DeployPlan {
  readonly app: string;
  readonly project: string;
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  readonly detected: DetectedFolder;
  readonly action: 'create' | 'update';
  readonly changes: readonly FieldChange[];
  /** It is not there or does not run yet, and is brought up first. */
  readonly startsPlatform?: string;
  /** The file that the assumptions are written to. */
  readonly saves?: string;
}

/** What an app has beside its settings, too. */
type DeclaredApp = AppPatch & { readonly mesh?: AppMeshPrototype | undefined };

export function appChanges({ mesh, ...settings }: DeclaredApp, live: object | undefined): readonly FieldChange[] {
  const declared = { ...settings, ...(mesh && { mesh }) };
  return compareFields('app', { declared, live: { ...live }, areValuesHidden: false });
}

export function renderDeployPlan(plan: DeployPlan): readonly string[] {
  const { detected } = plan;
  const base = detected.base === undefined ? '' : `, on ${detected.base}`;
  return [
    `Plan: ${plan.action} app "${plan.app}" in project "${plan.project}"`,
    ...(plan.startsPlatform === undefined ? [] : [`  Platform   "${plan.startsPlatform}" is started first`]),
    `  Source     ${plan.folder}: ${plan.files} ${plan.files === 1 ? 'file' : 'files'}, ${formatBytes(plan.bytes)}`,
    `  Build      ${detected.strategy}: ${detected.summary}${base}`,
    ...plan.changes.map(
      (change) => `  ${change.before === undefined ? 'Set       ' : 'Change    '} ${changeText(change)}`,
    ),
    ...(plan.saves === undefined ? [] : [`  Save       ${plan.saves}`]),
  ];
}

function changeText({ field, before, after }: FieldChange): string {
  if (field === 'run_env_variables') return `${field}: ${variableNames(after)}`;
  return before === undefined
    ? `${field}: ${JSON.stringify(after)}`
    : `${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
}

/** A terminal is looked at by others, too: names are enough to recognise a mistake. */
function variableNames(value: unknown): string {
  const variables = (Array.isArray(value) ? value : []) as readonly {
    readonly name?: string;
    readonly reference?: string;
  }[];
  return variables.map(({ name, reference }) => name ?? `all of ${reference}`).join(', ');
}

/** For `--output json`. */
export function planDocument({ detected, startsPlatform, ...plan }: DeployPlan): object {
  const { isFound: _isFound, ...found } = detected;
  return {
    ...plan,
    detected: found,
    changes: plan.changes.map(({ field, before, after }) => ({ field, before, after })),
    ...(startsPlatform !== undefined && { starts_platform: startsPlatform }),
  };
}
