/** Domain mappings as text, with the headings of the public command line. Pure. */
import type { DomainMapping } from '@slipway/spec';
import { ageOf } from '../output/age-of.ts';
import { renderFields, renderTable } from '../output/text-table.ts';
import { certificateText } from './certificate-text.ts';

export function renderDomainMappingList(mappings: readonly DomainMapping[], nowMs: number): string {
  const rows = mappings.map((mapping) => [
    mapping.name,
    mapping.cname_target ?? '',
    mapping.component.name,
    targetTypeOf(mapping),
    mapping.status ?? '',
    mapping.tls_secret,
    ageOf(mapping.created_at, nowMs),
  ]);
  return renderTable(['Name', 'CNAME', 'Target', 'Target-Type', 'Status', 'Secret Name', 'Age'], rows);
}

export function renderDomainMapping(mapping: DomainMapping): string {
  const { status, status_details: details } = mapping;
  const failure = details?.certificate_failure;
  return renderFields([
    ['Domain Name', mapping.name],
    ['CNAME', mapping.cname_target],
    ['Target Name', mapping.component.name],
    ['Target Type', targetTypeOf(mapping)],
    ['TLS Secret', mapping.tls_secret],
    ['Certificate', failure && certificateText(failure)],
    ['Status', status],
    ['Reason', details?.reason === status ? undefined : details?.reason?.replaceAll('_', ' ')],
  ]);
}

/** `app_v2` → `app`. */
function targetTypeOf({ component }: DomainMapping): string {
  return component.resource_type.replace(/_v\d+$/, '');
}
