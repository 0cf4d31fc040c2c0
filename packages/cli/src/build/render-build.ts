/** Builds and build runs as text, with the headings of the public command line. Pure. */
import type { Build, BuildRun } from '@slipway/spec';
import { ageOf } from '../output/age-of.ts';
import { capital } from '../output/capital.ts';
import { joinBlocks, renderFields, renderSection, renderTable } from '../output/text-table.ts';
import { identityFieldsOf, type Fields, type Sight } from '../runtime/render-runtime.ts';

const LIST_HEADINGS = [
  'Name',
  'Status',
  'Reason',
  'Image',
  'Build Strategy',
  'Age',
  'Last Build Run Name',
  'Last Build Run Age',
] as const;

export interface BuildListing {
  readonly builds: readonly Build[];
  /** The newest first. */
  readonly runs: readonly BuildRun[];
}

export function renderBuildList({ builds, runs }: BuildListing, nowMs: number): string {
  const rows = builds.map((build) => {
    const last = runs.find((run) => run.build_name === build.name);
    const [status, reason] = standingOf(build);
    return [
      build.name ?? '',
      status,
      reason,
      build.output_image,
      strategyOf(build),
      ageOf(build.created_at, nowMs),
      last?.name ?? '',
      ageOf(last?.created_at, nowMs),
    ];
  });
  return renderTable(LIST_HEADINGS, rows);
}

export interface BuildDetails extends Sight {
  readonly build: Build;
  readonly lastRun: BuildRun | undefined;
}

export function renderBuild({ build, lastRun, ...sight }: BuildDetails): string {
  const [status, reason] = standingOf(build);
  return joinBlocks([
    renderFields([
      ...identityFieldsOf(build, sight),
      ['Build Type', build.source_type],
      ['Status', status],
      ['Reason', reason],
    ]),
    renderSection(
      'Last Build Run',
      renderFields([
        ['Name', lastRun?.name],
        ['Age', ageOf(lastRun?.created_at, sight.nowMs)],
        ['Created', lastRun?.created_at],
      ]),
    ),
    renderFields(recipeFieldsOf(build)),
  ]);
}

export function renderBuildRunList(runs: readonly BuildRun[], nowMs: number): string {
  const rows = runs.map((run) => [run.name, capital(run.status), run.build_name, ageOf(run.created_at, nowMs)]);
  return renderTable(['Name', 'Status', 'Build Name', 'Age'], rows);
}

const ALL_DONE = 'All Steps have completed executing';

export function renderBuildRun(run: BuildRun, sight: Sight): string {
  const { status, status_details: details } = run;
  return joinBlocks([
    renderFields([...identityFieldsOf(run, sight), ['Build Type', run.source_type]]),
    renderFields([
      ['Summary', capital(status)],
      ['Status', capital(status)],
      ['Reason', status === 'succeeded' ? ALL_DONE : details?.reason?.replaceAll('_', ' ')],
      ['Started', details?.start_time],
      ['Completed', details?.completion_time],
      ['Image Digest', details?.output_digest],
    ]),
    renderFields([['Build Name', run.build_name], ...recipeFieldsOf(run)]),
  ]);
}

/** What a build and a build run say of how an image is made. */
function recipeFieldsOf(recipe: Build | BuildRun): Fields {
  return [
    ['Image', recipe.output_image],
    ['Registry Secret', recipe.output_secret],
    ['Build Strategy', strategyOf(recipe)],
    ['Timeout', recipe.timeout === undefined ? undefined : minutesAndSeconds(recipe.timeout)],
    ['Source', recipe.source_url],
    ['Commit', recipe.source_revision],
    ['Context Directory', recipe.source_context_dir],
    ['Dockerfile', recipe.strategy_type === 'dockerfile' ? recipe.strategy_spec_file : undefined],
    ['Repo Secret', recipe.source_secret],
  ];
}

/** A build that may be run is told in the words of its check. */
function standingOf({ status, status_details: details }: Build): readonly [status: string, reason: string] {
  if (status === 'ready') return ['Succeeded', 'all validations succeeded'];
  return [capital(status), (details?.reason ?? '').replaceAll('_', ' ')];
}

function strategyOf(recipe: Pick<Build, 'strategy_size' | 'strategy_type'>): string {
  return `${recipe.strategy_type}-${recipe.strategy_size}`;
}

/** `10m0s`. */
function minutesAndSeconds(seconds: number): string {
  return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
