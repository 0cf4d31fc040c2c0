/** A stored build run in the shape of the API. */
import type { BuildRun } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import { projectHref } from '../projects/project-view.ts';
import type { BuildRunRecord } from './build-run-record.ts';

export function viewBuildRun(run: BuildRunRecord, facts: PlatformFacts): BuildRun {
  const { spec, status } = run;
  return {
    ...spec.recipe,
    id: run.id,
    name: run.name,
    build_name: spec.buildName,
    project_id: run.projectId,
    region: facts.region,
    created_at: run.createdAt,
    href: `${projectHref(run.projectId, facts)}/build_runs/${run.name}`,
    output_image: spec.outputImage,
    output_secret: spec.outputSecret,
    resource_type: 'build_run_v2',
    service_account: spec.serviceAccount,
    status: status.state,
    status_details: {
      reason: status.reason,
      ...(status.startedAt !== undefined && { start_time: status.startedAt }),
      ...(status.completedAt !== undefined && { completion_time: status.completedAt }),
      ...(status.outputDigest !== undefined && { output_digest: status.outputDigest }),
    },
  };
}
