/**
 * The revisions of an app that may have instances: the one that is wanted, and whoever has requests or a tag, however old
 * it is. What the engine is told of an app, and what is mounted for it, goes by the same names. Pure.
 */
import type { AppRecord } from '../apps/app-record.ts';
import { DEFAULT_TRAFFIC } from '../traffic/traffic-record.ts';
import { revisionNameFor } from './revision-record.ts';

export function runningRevisionNames({
  name,
  spec,
  status,
}: Pick<AppRecord, 'name' | 'spec' | 'status'>): ReadonlySet<string> {
  const { revisionNumber, traffic: { targets } = DEFAULT_TRAFFIC } = spec;
  const tagged = targets.flatMap(({ revisionName = status.latestReadyRevision, tag }) =>
    tag === undefined || revisionName === undefined ? [] : [revisionName],
  );
  const sharing = (status.traffic?.shares ?? []).map(({ revisionName }) => revisionName);
  return new Set([revisionNameFor(name, revisionNumber), ...sharing, ...tagged]);
}
