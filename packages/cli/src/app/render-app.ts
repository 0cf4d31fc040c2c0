/** An app, its revisions and instances as text, with the headings of the public command line. Pure. */
import type { App, AppInstance, AppRevision, AppTraffic, Binding, Probe } from '@slipway/spec';
import { renderBindings } from '../binding/component-bindings.ts';
import { ageOf } from '../output/age-of.ts';
import { capital } from '../output/capital.ts';
import { joinBlocks, renderFields, renderSection, renderTable } from '../output/text-table.ts';
import {
  identityFieldsOf,
  renderContainer,
  renderEnvironment,
  type Fields,
  type Sight,
} from '../runtime/render-runtime.ts';
import { tagCell, trafficCell } from '../traffic/render-traffic.ts';
import { portText } from './app-body.ts';
import { appSummary } from './app-summary.ts';
import { appConditions, conditionCount, renderConditions, revisionReason } from './conditions.ts';

/** Of a digest, as the public command line shows it. */
const DIGEST_LETTERS = 6;

export interface AppDetails extends Sight {
  readonly app: App;
  readonly revisions: readonly AppRevision[];
  readonly instances: readonly AppInstance[];
  readonly bindings: readonly Binding[];
  readonly traffic: AppTraffic;
}

export function renderApp({ app, revisions, instances, bindings, traffic, ...sight }: AppDetails): string {
  const { nowMs } = sight;
  const renderOne = (revision: AppRevision) => renderAppRevision({ app, traffic }, revision, nowMs);
  const head = renderFields([
    ...identityFieldsOf(app, sight),
    ['URL', app.endpoint],
    ['Cluster Local URL', app.endpoint_internal],
    ['Status Summary', appSummary(app)],
  ]);
  return joinBlocks([
    head,
    renderEnvironment(app.run_env_variables) + renderContainer(app, { tail: [['Port', portText(app)]] }),
    renderSection('Volume Mounts', renderMounts(app)),
    renderSection('Service Bindings', renderBindings(bindings)),
    renderSection('Revisions', revisions.map(renderOne).join('')),
    renderRuntime(app),
    renderConditions(appConditions(app)),
    renderInstances(instances, nowMs),
  ]);
}

function renderMounts(app: App): string {
  if (app.run_volume_mounts.length === 0) return '';
  const rows = app.run_volume_mounts.map((mount) => [mount.mount_path, mount.type, mount.reference]);
  return renderTable(['Mount Path', 'Type', 'Reference'], rows);
}

/** How an app or a revision runs. */
export function renderRuntime(runtime: AppRevision | App): string {
  const { scale_concurrency_target: target = 0 } = runtime;
  return (
    renderSection(
      'Runtime',
      renderFields([
        ['Concurrency', runtime.scale_concurrency],
        ['Concurrency Target', target === 0 ? undefined : target],
        ['Maximum Scale', runtime.scale_max_instances],
        ['Minimum Scale', runtime.scale_min_instances],
        ['Scale Down Delay', runtime.scale_down_delay],
        ['Standby', runtime.scale_standby],
        ['Timeout', runtime.scale_request_timeout],
      ]),
    ) +
    renderSection('Liveness Probe', renderFields(probeFieldsOf(runtime.probe_liveness))) +
    renderSection('Readiness Probe', renderFields(probeFieldsOf(runtime.probe_readiness)))
  );
}

function probeFieldsOf(probe: Probe | undefined): Fields {
  if (!probe) return [];
  return [
    ['Type', probe.type === 'http' ? 'httpget' : 'tcpsocket'],
    ['Path', probe.type === 'http' ? probe.path : undefined],
    ['Port', probe.port],
    ['Interval', probe.interval],
    ['Timeout', probe.timeout],
    ['Initial Delay', probe.initial_delay],
    ['Failure Threshold', probe.failure_threshold],
  ];
}

function renderAppRevision(
  { app, traffic }: Pick<AppDetails, 'app' | 'traffic'>,
  revision: AppRevision,
  nowMs: number,
): string {
  const { name = '', image_reference: image, status_details: details } = revision;
  const body = renderFields([
    ['Age', ageOf(revision.created_at, nowMs)],
    ['Latest', String(isLatest(app, revision))],
    ['Traffic', trafficCell(traffic, name)],
    ['Tag', tagCell(traffic, name)],
    ['Image', pinnedText(image)],
    ['Running Instances', details?.actual_instances ?? 0],
    ['Reason', revisionReason(revision)],
  ]);
  return renderSection(name, body);
}

export function isLatest({ status_details: details }: App, { name }: AppRevision): boolean {
  return name === details?.latest_created_revision;
}

/** `registry/name@sha256:1cee99…` → `registry/name (pinned to 1cee99)`. */
export function pinnedText(image: string): string {
  const [reference = '', digest] = image.split('@sha256:');
  return digest === undefined ? reference : `${reference} (pinned to ${digest.slice(0, DIGEST_LETTERS)})`;
}

function renderInstances(instances: readonly AppInstance[], nowMs: number): string {
  if (instances.length === 0) return '';
  const rows = instances.map((instance) => [
    instance.name ?? '',
    instance.revision_name,
    // An instance is one container.
    instance.status === 'running' ? '1/1' : '0/1',
    capital(instance.status),
    String(instance.status_details?.restarts ?? 0),
    ageOf(instance.created_at, nowMs),
  ]);
  return renderSection('Instances', renderTable(['Name', 'Revision', 'Running', 'Status', 'Restarts', 'Age'], rows));
}

export function renderAppList(apps: readonly App[], nowMs: number): string {
  const rows = apps.map((app) => {
    const { status, status_details: details } = app;
    return [
      app.name,
      capital(status),
      app.endpoint ?? app.endpoint_internal ?? '',
      details?.latest_ready_revision ?? '',
      ageOf(app.created_at, nowMs),
      conditionCount(appConditions(app)),
      status === 'ready' ? '' : (details?.reason ?? '').replaceAll('_', ' '),
    ];
  });
  return renderTable(['Name', 'Status', 'URL', 'Latest', 'Age', 'Conditions', 'Reason'], rows);
}
