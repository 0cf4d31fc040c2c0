/** Revisions as text, with the headings of the public command line. Pure. */
import type { App, AppRevision, AppTraffic } from '@slipway/spec';
import { portText } from '../app/app-body.ts';
import { conditionCount, renderConditions, revisionConditions, revisionReason } from '../app/conditions.ts';
import { isLatest, pinnedText, renderRuntime } from '../app/render-app.ts';
import { ageOf } from '../output/age-of.ts';
import { capital } from '../output/capital.ts';
import { joinBlocks, renderFields, renderTable } from '../output/text-table.ts';
import { tagCell, trafficCell, urlCell } from '../traffic/render-traffic.ts';
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

interface RevisionSight {
  readonly apps: readonly App[];
  readonly revisions: readonly AppRevision[];
  /** Of the apps. */
  readonly traffics: readonly AppTraffic[];
}

export function renderRevisionList({ apps, revisions, traffics }: RevisionSight, nowMs: number): string {
  const rows = revisions.map((revision) => {
    const app = apps.find((candidate) => candidate.name === revision.app_name);
    const traffic = traffics.find((candidate) => candidate.app_name === revision.app_name);
    const { name = '' } = revision;
    return [
      name,
      revision.app_name ?? '',
      capital(revision.status),
      traffic ? urlCell(traffic, name) : '',
      app && isLatest(app, revision) ? 'true' : '',
      traffic ? tagCell(traffic, name) : '',
      traffic ? trafficCell(traffic, name) : '',
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
