/** What an app has set for calls of its project as text. Pure. */
import type { AppMesh } from '@slipway/spec';
import { renderFields } from '../output/text-table.ts';

export function renderMesh(mesh: AppMesh): string {
  const { abort, callers, delay, mirror, outliers, retries, timeout_milliseconds: timeout } = mesh;
  return renderFields([
    ['Callers', callersText(callers)],
    ['Timeout', timeout === undefined ? 'as from outside' : `${timeout} ms`],
    ['Retries', retries ? retriesText(retries) : 'none'],
    ['Outliers', outliers ? outliersText(outliers) : 'keep their requests'],
    ['Aborted', abort && `${abort.percent} % with ${abort.status}`],
    ['Delayed', delay && `${delay.percent} % by ${delay.milliseconds} ms`],
    ['Copied', mirror && `${mirror.percent} % to ${mirror.app ?? `tag ${mirror.tag}`}`],
  ]);
}

function callersText(callers: AppMesh['callers']): string {
  if (callers === undefined) return 'all apps of the project';
  return callers.length === 0 ? 'none but itself' : callers.join(', ');
}

function retriesText(retries: NonNullable<AppMesh['retries']>): string {
  const methods = retries.any_method ? 'any method' : 'idempotent methods';
  return `${retries.attempts}, of ${methods}, for ${retries.budget_percent} % of the calls at most`;
}

function outliersText(outliers: NonNullable<AppMesh['outliers']>): string {
  const share = `${outliers.error_percent} % of ${outliers.requests_min} answers or more`;
  return `out for ${outliers.ejection_seconds} s after ${outliers.consecutive_errors} errors in a row, or ${share}`;
}
