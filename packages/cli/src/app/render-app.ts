/** An app, its revisions and instances as text, in the order of the public command line. Pure. */
import type { App, AppInstance, AppRevision } from '@slipway/spec';
import { ageOf } from '../output/age-of.ts';
import { renderFields, renderTable } from '../output/text-table.ts';
import { appSummary } from './app-summary.ts';
import { revisionReasonText } from './reason-text.ts';

export interface AppDetails {
  readonly app: App;
  readonly projectName: string;
  readonly revisions: readonly AppRevision[];
  readonly instances: readonly AppInstance[];
  readonly nowMs: number;
}

export function renderApp({ app, projectName, revisions, instances, nowMs }: AppDetails): string {
  const head = renderFields([
    ['Name', app.name],
    ['ID', app.id],
    ['Project Name', projectName],
    ['Project ID', app.project_id],
    ['Age', ageOf(app.created_at, nowMs)],
    ['Created', app.created_at],
    ['URL', app.endpoint],
    ['Internal URL', app.endpoint_internal],
    ['Status Summary', appSummary(app)],
    ['Image', app.image_reference],
    [
      'CPU / Memory / Disk',
      `${app.scale_cpu_limit} / ${app.scale_memory_limit} / ${app.scale_ephemeral_storage_limit}`,
    ],
    ['Port', app.image_port],
    ['Scale', `${app.scale_min_instances} to ${app.scale_max_instances} instances`],
    ['Concurrency', app.scale_concurrency],
    ['Timeout', `${app.scale_request_timeout} s`],
  ]);
  return [
    head,
    section('Environment Variables', renderEnv(app)),
    section('Revisions', renderRevisions(revisions, nowMs)),
    section('Instances', renderInstances(instances, nowMs)),
  ].join('');
}

function section(title: string, body: string): string {
  return body === '' ? '' : `\n${title}:\n${body.replaceAll(/^(?=.)/gm, '  ')}`;
}

function renderEnv(app: App): string {
  if (app.run_env_variables.length === 0) return '';
  const rows = app.run_env_variables.map((variable) => [
    variable.name ?? variable.reference ?? '',
    variable.type,
    variable.value ?? variable.key ?? '',
  ]);
  return renderTable(['Name', 'Type', 'Value'], rows);
}

function renderRevisions(revisions: readonly AppRevision[], nowMs: number): string {
  if (revisions.length === 0) return '';
  const rows = revisions.map((revision) => [
    revision.name ?? '',
    revision.status ?? '',
    String(revision.status_details?.actual_instances ?? 0),
    ageOf(revision.created_at, nowMs),
    revision.status === 'failed' ? revisionReasonText(revision.status_details?.reason) : '',
  ]);
  return renderTable(['Name', 'Status', 'Instances', 'Age', 'Reason'], rows);
}

function renderInstances(instances: readonly AppInstance[], nowMs: number): string {
  if (instances.length === 0) return '';
  const rows = instances.map((instance) => [
    instance.name ?? '',
    instance.revision_name,
    instance.status ?? '',
    String(instance.status_details?.restarts ?? 0),
    ageOf(instance.created_at, nowMs),
  ]);
  return renderTable(['Name', 'Revision', 'Status', 'Restarts', 'Age'], rows);
}

export function renderAppList(apps: readonly App[], nowMs: number): string {
  const rows = apps.map((app) => [
    app.name,
    capital(app.status),
    app.endpoint ?? app.endpoint_internal ?? '',
    app.status_details?.latest_ready_revision ?? '',
    ageOf(app.created_at, nowMs),
    (app.status_details?.reason ?? '').replaceAll('_', ' '),
  ]);
  return renderTable(['Name', 'Status', 'URL', 'Latest', 'Age', 'Reason'], rows);
}

export function capital(word: string | undefined): string {
  return word === undefined ? '' : `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`;
}
