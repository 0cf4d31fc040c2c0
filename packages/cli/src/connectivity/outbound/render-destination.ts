/** Allowed outbound destinations as text, with the headings of the public command line. Pure. */
import type { AllowedOutboundDestination } from '@slipway/spec';
import { joinBlocks, renderFields, renderSection, renderTable } from '../../output/text-table.ts';
import { renderLines } from '../../runtime/render-runtime.ts';

export function renderDestinationList(destinations: readonly AllowedOutboundDestination[]): string {
  const ranges = destinations.filter(({ type }) => type === 'cidr_block');
  const paths = destinations.filter(({ type }) => type !== 'cidr_block');
  const rangeRows = ranges.map(({ name = '', cidr_block: range = '' }) => [name, range]);
  const pathRows = paths.map((path) => [path.name ?? '', path.status ?? '', endpointsOf(path).join(', ')]);
  return joinBlocks([
    rangeRows.length === 0 ? '' : renderSection('CIDR ranges', renderTable(['Name', 'IP address range'], rangeRows)),
    pathRows.length === 0
      ? ''
      : renderSection('Private path connections', renderTable(['Name', 'Status', 'Service endpoints'], pathRows)),
  ]);
}

export function renderDestination(destination: AllowedOutboundDestination, projectName: string): string {
  const head = renderFields([
    ['Project name', projectName],
    ['Name', destination.name],
    ['Format', destination.type],
  ]);
  if (destination.type === 'cidr_block')
    return joinBlocks([head, renderFields([['IP address range', destination.cidr_block]])]);
  const { status, status_details: details } = destination;
  const { endpoint_gateway: gateway, private_path_service_gateway: path, reason } = details ?? {};
  const service = renderFields([
    ['CRN', destination.private_path_service_gateway_crn],
    ['Isolation policy', destination.isolation_policy],
    ['Status', status],
    ['Reason', reason === status ? undefined : reason?.replaceAll('_', ' ')],
    ['Name', path?.name],
  ]);
  const addresses = renderSection('IP addresses', renderLines(gateway?.ips ?? []));
  return joinBlocks([
    head,
    renderSection('Private path service', service + renderSection('Endpoints', renderLines(endpointsOf(destination)))),
    renderSection('VPE gateway', renderFields([['Name', gateway?.name]]) + addresses),
  ]);
}

function endpointsOf({ status_details: details }: AllowedOutboundDestination): readonly string[] {
  return details?.private_path_service_gateway?.service_endpoints ?? [];
}
