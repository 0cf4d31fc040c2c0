/** What the engine is asked to run: pure, from an app and its revisions. */
import type { AppWorkload, ProbeWorkload, RevisionWorkload } from '@slipway/engine';
import { parseBytes, parseCpuMillis } from '@slipway/spec';
import { tokenMountsFor } from '../access/workload-tokens.ts';
import { completeEnvironment } from '../apps/app-environment.ts';
import { hostsFor } from '../apps/app-hosts.ts';
import type { AppRecord } from '../apps/app-record.ts';
import type { AppSettings, ProbeSetting } from '../apps/app-settings.ts';
import type { Environment } from '../environment/resolve-environment.ts';
import type { PlatformFacts } from '../control.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import { sourcesFor } from '../inbound-rules/inbound-rule-rules.ts';
import { meshWorkloadFor } from '../mesh/mesh-view.ts';
import { DEFAULT_TRAFFIC } from '../traffic/traffic-record.ts';
import { taggedName } from '../traffic/traffic-rules.ts';
import { mountWorkloads } from '../volumes/project-volumes.ts';
import type { RevisionRecord } from './revision-record.ts';
import { runningRevisionNames } from './running-revision-names.ts';

export interface AppScene {
  readonly facts: PlatformFacts;
  readonly project: ProjectRecord;
  readonly app: AppRecord;
  readonly revisions: readonly RevisionRecord[];
  /** What the owner set, with the values of references. */
  readonly environmentOf: (revision: RevisionRecord) => Environment;
  /** Domains of the owner that lead to the app. */
  readonly domains: readonly string[];
}

/** Undefined while there is nothing to run: no revision has its image yet. */
export function appWorkloadFor({
  facts,
  project,
  app,
  revisions,
  environmentOf,
  domains,
}: AppScene): AppWorkload | undefined {
  const { mesh, restart, settings, traffic: { targets } = DEFAULT_TRAFFIC } = app.spec;
  const { latestReadyRevision: latestReady, traffic } = app.status;
  const tagged = targets.flatMap(({ revisionName = latestReady, tag }) =>
    tag === undefined || revisionName === undefined ? [] : { revisionName, tag },
  );
  const wanted = runningRevisionNames(app);
  const running = revisions.filter((revision) => wanted.has(revision.name));
  const workloads = running.flatMap((revision) => {
    const { image } = revision.status;
    return image ? [revisionWorkloadFor({ facts, project, app, environmentOf }, revision, image.reference)] : [];
  });
  if (workloads.length === 0) return undefined;
  const hostsOf = (appName: string) =>
    hostsFor({ appName, subdomain: project.spec.subdomain, mapping: settings.managed_domain_mappings }, facts);
  const tags = tagged
    .map(({ revisionName, tag }) => ({ revisionName, hosts: hostsOf(taggedName(tag, app.name)) }))
    .filter(
      ({ hosts, revisionName }) => hosts.length > 0 && workloads.some((one) => one.revisionName === revisionName),
    );
  const sources = sourcesFor(project.spec.inboundRules, app.name);
  return {
    projectId: app.projectId,
    appName: app.name,
    hosts: [...hostsOf(app.name), ...domains],
    ...(sources && { sources }),
    revisions: workloads,
    traffic: traffic?.shares ?? [],
    ...(tags.length > 0 && { tags }),
    ...(restart && { restart }),
    ...(mesh && { mesh: meshWorkloadFor(mesh, { name: app.name, subdomain: project.spec.subdomain }) }),
  };
}

function revisionWorkloadFor(
  { facts, project, app, environmentOf }: Omit<AppScene, 'revisions' | 'domains'>,
  revision: RevisionRecord,
  imageReference: string,
): RevisionWorkload {
  const { settings } = revision.spec;
  const { subdomain } = project.spec;
  const port = settings.image_port;
  const about = { facts, projectId: project.id, subdomain, appName: app.name, revisionName: revision.name, port };
  return {
    revisionName: revision.name,
    imageReference,
    port,
    command: settings.run_commands,
    arguments: settings.run_arguments,
    environment: completeEnvironment(environmentOf(revision), about),
    mounts: [...mountWorkloads(settings.run_volume_mounts), ...tokenMountsFor(revision)],
    cpuMillis: parseCpuMillis(settings.scale_cpu_limit) ?? 0,
    memoryBytes: parseBytes(settings.scale_memory_limit) ?? 0,
    ephemeralStorageBytes: parseBytes(settings.scale_ephemeral_storage_limit) ?? 0,
    readiness: probeWorkloadFor(settings.probe_readiness),
    scale: scaleFor(settings),
    standby: settings.scale_standby ?? 'frozen',
    ...(settings.probe_liveness && { liveness: probeWorkloadFor(settings.probe_liveness) }),
    ...(settings.image_port_protocol !== undefined && { protocol: settings.image_port_protocol }),
    ...(settings.run_as_user !== undefined && { userId: settings.run_as_user }),
  };
}

function scaleFor(settings: AppSettings): RevisionWorkload['scale'] {
  return {
    instancesMin: settings.scale_min_instances,
    instancesMax: settings.scale_max_instances,
    instancesInitial: settings.scale_initial_instances,
    concurrencyMax: settings.scale_concurrency,
    concurrencyTarget: settings.scale_concurrency_target,
    scaleDownDelayMs: settings.scale_down_delay * 1000,
    requestTimeoutMs: settings.scale_request_timeout * 1000,
  };
}

function probeWorkloadFor(probe: ProbeSetting): ProbeWorkload {
  return {
    type: probe.type,
    path: probe.path,
    port: probe.port,
    intervalMs: probe.interval * 1000,
    timeoutMs: probe.timeout * 1000,
    initialDelayMs: probe.initial_delay * 1000,
    failureThreshold: probe.failure_threshold,
  };
}
