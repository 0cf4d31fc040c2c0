/** The traffic of an app as text. Pure. */
import type { AppTraffic } from '@slipway/spec';
import { joinBlocks, renderFields, renderTable } from '../output/text-table.ts';

type Reason = AppTraffic['status_details']['reason'];

const REASON_TEXTS: Readonly<Record<Reason, string>> = {
  settled: 'as stated',
  waiting: 'waits for a revision',
  stepping: 'on the way, step by step',
  watching: 'as stated; goes back by itself if it fails',
  went_back: 'went back',
};

export function renderTraffic(traffic: AppTraffic): string {
  const { rollback, status_details: details, step } = traffic;
  const names = [...new Set([...details.shares.map((share) => share.revision_name), ...traffic.traffic.map(nameOf)])];
  const rows = names.map((name) => [
    name,
    trafficCell(traffic, name),
    wantedCell(traffic, name),
    tagCell(traffic, name),
  ]);
  const tags = traffic.traffic.flatMap(({ tag, url = '' }) => (tag === undefined ? [] : [[tag, url]]));
  return joinBlocks([
    renderTable(['Revision', 'Traffic', 'Stated', 'Tag'], rows),
    tags.length > 0 ? renderTable(['Tag', 'URL'], tags) : '',
    renderFields([
      ['Status', REASON_TEXTS[details.reason]],
      ['Why', details.message],
      ['Steps', step && `${step.percent} % every ${step.interval_seconds} s`],
      ['Next Step', details.next_step_at],
      ['Goes Back', rollback.enabled ? rollbackText(rollback) : 'never by itself'],
      ['Revisions Kept', traffic.revisions_max],
    ]),
  ]);
}

function rollbackText({
  error_margin_percent: margin,
  requests_min: requests,
  window_seconds: seconds,
}: AppTraffic['rollback']): string {
  return `at crashes, or ${margin} points more server errors in ${requests} requests or more; watched for ${seconds} s`;
}

/** `10%`; empty for none. */
export function trafficCell({ status_details: { shares } }: AppTraffic, name: string): string {
  const share = shares.find((candidate) => candidate.revision_name === name);
  return share ? `${share.percent}%` : '';
}

function wantedCell({ traffic }: AppTraffic, name: string): string {
  const stated = traffic.filter((target) => nameOf(target) === name && target.percent > 0);
  return stated.map(({ latest, percent }) => (latest ? `latest ${percent}%` : `${percent}%`)).join(' + ');
}

export function tagCell({ traffic }: AppTraffic, name: string): string {
  return traffic
    .flatMap((target) => (target.tag !== undefined && nameOf(target) === name ? target.tag : []))
    .join(', ');
}

/** Of its first tag. */
export function urlCell({ traffic }: AppTraffic, name: string): string {
  return traffic.find((target) => target.tag !== undefined && nameOf(target) === name)?.url ?? '';
}

function nameOf({ revision_name: name = 'latest' }: AppTraffic['traffic'][number]): string {
  return name;
}
