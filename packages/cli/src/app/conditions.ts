/**
 * The conditions that the public command line shows of an app and a revision. The API tells a status and a reason, so
 * they are read from these; since when one holds is not known. Pure.
 */
import type { App, AppRevision } from '@slipway/spec';
import { renderSection, renderTable } from '../output/text-table.ts';
import { revisionReasonText } from './reason-text.ts';

export interface Condition {
  readonly type: string;
  readonly isMet: boolean;
  readonly reason?: string;
}

export function appConditions({ status, status_details: details = {} }: App): readonly Condition[] {
  const { latest_created_revision: created, latest_ready_revision: ready, reason } = details;
  const isReady = status === 'ready';
  return [
    { type: 'ConfigurationsReady', isMet: ready !== undefined && created === ready },
    { type: 'Ready', isMet: isReady, ...(!isReady && reason !== undefined && { reason: spaced(reason) }) },
    { type: 'RoutesReady', isMet: ready !== undefined },
  ];
}

export function revisionConditions(revision: AppRevision): readonly Condition[] {
  const { status, status_details: details = {} } = revision;
  const { actual_instances: instances = 0, reason = '' } = details;
  const isActive = instances > 0;
  const noTraffic = 'NoTraffic : The target is not receiving traffic.';
  return [
    { type: 'Active', isMet: isActive, ...(!isActive && status === 'ready' && { reason: noTraffic }) },
    { type: 'ContainerHealthy', isMet: status === 'ready' },
    { type: 'Ready', isMet: status === 'ready', ...(status !== 'ready' && { reason: revisionReason(revision) }) },
    { type: 'ResourcesAvailable', isMet: !reason.endsWith('waiting_for_resources') },
  ];
}

/** `3 OK / 4`. */
export function conditionCount(conditions: readonly Condition[]): string {
  return `${conditions.filter(({ isMet }) => isMet).length} OK / ${conditions.length}`;
}

export function renderConditions(conditions: readonly Condition[]): string {
  const rows = conditions.map(({ type, isMet, reason = '' }) => [type, String(isMet), '', reason]);
  return renderSection('Conditions', renderTable(['Type', 'OK', 'Age', 'Reason'], rows));
}

/** Why a revision does not serve; empty for one that does. */
export function revisionReason({ status, status_details: details }: AppRevision): string {
  if (status === 'ready') return '';
  return status === 'failed' ? revisionReasonText(details?.reason) : spaced(details?.reason ?? '');
}

function spaced(reason: string): string {
  return reason.replaceAll('_', ' ');
}
