/** Revisions as text, with the headings of the public command line. Pure. */
import type { App, AppRevision } from '@slipway/spec';
import { portText } from '../app/app-body.ts';
import { conditionCount, renderConditions, revisionConditions, revisionReason } from '../app/conditions.ts';
import { pinnedText, renderRuntime, standingCells } from '../app/render-app.ts';
import { ageOf } from '../output/age-of.ts';
import { capital } from '../output/capital.ts';
import { joinBlocks, renderFields, renderTable } from '../output/text-table.ts';
import { identityFieldsOf, renderContainer, renderEnvironment, type Sight } from '../runtime/render-runtime.ts';

const HEADINGS = [
  'Name',
  'Application',
  'Status',
  'URL',
  'Latest',
  'Tag',
  'Traffic',
  'Age',
  'Conditions',
  'Reason',
] as const;

/** No address leads to a single revision, so the columns of URL and tag are empty, as they are in public. */
export function renderRevisionList(
  { apps, revisions }: { readonly apps: readonly App[]; readonly revisions: readonly AppRevision[] },
  nowMs: number,
): string {
  const rows = revisions.map((revision) => {
    const app = apps.find((candidate) => candidate.name === revision.app_name);
    const [latest, traffic] = standingCells(app, revision);
    return [
      revision.name ?? '',
      revision.app_name ?? '',
      capital(revision.status),
      '',
      latest,
      '',
      traffic,
      ageOf(revision.created_at, nowMs),
      conditionCount(revisionConditions(revision)),
      revisionReason(revision),
    ];
  });
  return renderTable(HEADINGS, rows);
}

export function renderRevision(revision: AppRevision, sight: Sight): string {
  const summary = `Revision is ${revision.status === 'ready' ? 'ready' : `not ready: ${revisionReason(revision)}`}`;
  const container = { ...revision, image_reference: pinnedText(revision.image_reference) };
  return joinBlocks([
    renderFields([
      ...identityFieldsOf(revision, sight),
      ['Application', revision.app_name],
      ['Status Summary', summary],
      ['Running Instances', revision.status_details?.actual_instances ?? 0],
    ]),
    renderEnvironment(revision.run_env_variables) +
      renderContainer(container, { tail: [['Port', portText(revision)]] }),
    renderRuntime(revision),
    renderConditions(revisionConditions(revision)),
  ]);
}
