/** Builds and build runs as text, with the headings of the public command line. Pure. */
import type { Build, BuildRun } from '@slipway/spec';
import { capital } from '../output/capital.ts';
import { ageOf } from '../output/age-of.ts';
import { renderFields, renderTable } from '../output/text-table.ts';

export function renderBuildList(builds: readonly Build[], nowMs: number): string {
  const rows = builds.map((build) => [
    build.name ?? '',
    capital(build.status),
    build.output_image,
    `${build.strategy_type}-${build.strategy_size}`,
    ageOf(build.created_at, nowMs),
  ]);
  return renderTable(['Name', 'Status', 'Image', 'Build Strategy', 'Age'], rows);
}

export function renderBuild(build: Build, nowMs: number): string {
  return renderFields([
    ['Name', build.name],
    ['ID', build.id],
    ['Status', capital(build.status)],
    ['Reason', build.status_details?.reason],
    ['Age', ageOf(build.created_at, nowMs)],
    ['Created', build.created_at],
    ['Image', build.output_image],
    ['Registry Secret', build.output_secret],
    ['Build Strategy', `${build.strategy_type}-${build.strategy_size}`],
    ['Dockerfile', build.strategy_spec_file],
    ['Source Type', build.source_type],
    ['Context Directory', build.source_context_dir],
    ['Timeout', build.timeout === undefined ? undefined : `${build.timeout} s`],
  ]);
}

export function renderBuildRunList(runs: readonly BuildRun[], nowMs: number): string {
  const rows = runs.map((run) => [
    run.name,
    capital(run.status),
    run.output_image ?? '',
    run.build_name,
    ageOf(run.created_at, nowMs),
  ]);
  return renderTable(['Name', 'Status', 'Image', 'Build Name', 'Age'], rows);
}

export function renderBuildRun(run: BuildRun, nowMs: number): string {
  return renderFields([
    ['Name', run.name],
    ['ID', run.id],
    ['Status', capital(run.status)],
    ['Reason', run.status_details?.reason?.replaceAll('_', ' ')],
    ['Age', ageOf(run.created_at, nowMs)],
    ['Created', run.created_at],
    ['Started', run.status_details?.start_time],
    ['Completed', run.status_details?.completion_time],
    ['Build Name', run.build_name],
    ['Image', run.output_image],
    ['Image Digest', run.status_details?.output_digest],
    ['Build Strategy', `${run.strategy_type}-${run.strategy_size}`],
    ['Source', run.source_url],
    ['Timeout', run.timeout === undefined ? undefined : `${run.timeout} s`],
  ]);
}
