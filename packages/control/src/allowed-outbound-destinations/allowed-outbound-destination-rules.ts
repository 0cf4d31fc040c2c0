/**
 * What an allowed outbound destination may be told, beyond the schema. The rules of a project add up, so a range that
 * lies in another one would say nothing and is refused. Pure.
 */
import { covers, formatCidrBlock, isClosedRange, parseCidrBlock, type OpenRange } from '@slipway/engine';
import type { AllowedOutboundDestinationPrototype } from '@slipway/spec';
import type { FieldProblem } from '../refuse.ts';
import type { AllowedOutboundDestinationSpec } from './allowed-outbound-destination-record.ts';
import { isReachable } from './allowed-outbound-destination-view.ts';

type Given = Omit<AllowedOutboundDestinationPrototype, 'name'>;
type Field = Exclude<keyof Given, 'type'>;

const CRN_PATTERN = /^crn:v1:[a-z0-9-]+:[^\s]+$/;
const FIELDS: Readonly<Record<Given['type'], readonly Field[]>> = {
  cidr_block: ['cidr_block'],
  private_path_service_gateway: ['private_path_service_gateway_crn', 'isolation_policy'],
};
const ALL_FIELDS = ['cidr_block', 'private_path_service_gateway_crn', 'isolation_policy'] as const;

export interface OutboundScene {
  readonly projectId: string;
  /** The project's other destinations. */
  readonly others: readonly { readonly name: string; readonly spec: AllowedOutboundDestinationSpec }[];
  /** Private ranges that the operator opened. */
  readonly openRanges: readonly OpenRange[];
}

export function outboundProblem(given: Given, scene: OutboundScene): FieldProblem | undefined {
  const stray = ALL_FIELDS.find((field) => given[field] !== undefined && !FIELDS[given.type].includes(field));
  if (stray !== undefined) {
    const rule = `a destination of type ${given.type} has none`;
    return { field: stray, value: given[stray], rule, fix: 'Leave it out' };
  }
  return given.type === 'cidr_block' ? cidrProblem(given.cidr_block, scene) : crnProblem(given);
}

function cidrProblem(
  value: string | undefined,
  { projectId, others, openRanges }: OutboundScene,
): FieldProblem | undefined {
  const field = 'cidr_block';
  const block = value === undefined ? undefined : parseCidrBlock(value);
  if (!block) {
    return { field, value: value ?? null, rule: 'it is no range of IPv4 addresses', fix: 'Write it like 10.0.0.0/8' };
  }
  const exact = formatCidrBlock(block);
  if (exact !== value) return { field, value, rule: 'it does not begin where its range begins', fix: `Write ${exact}` };
  for (const { name, spec } of others) {
    const other = spec.type === 'cidr_block' ? parseCidrBlock(spec.cidr_block) : undefined;
    if (!other || !covers(other, block)) continue;
    // What allows the internet allows nothing private, so a private range in it says something.
    if (isClosedRange(exact) && !isClosedRange(formatCidrBlock(other))) continue;
    const rule = `"${name}" allows ${formatCidrBlock(other)} already`;
    return { field, value, rule, fix: 'Leave it out, or delete the other one first' };
  }
  if (isReachable(exact, { projectId, ranges: openRanges })) return undefined;
  const rule = 'it has no public address, and the platform opens none of its private ones to the project';
  return { field, value, rule, fix: 'Ask the operator to open it: openRanges in platform.json' };
}

function crnProblem({ private_path_service_gateway_crn: value }: Given): FieldProblem | undefined {
  if (value !== undefined && CRN_PATTERN.test(value)) return undefined;
  const field = 'private_path_service_gateway_crn';
  return { field, value: value ?? null, rule: 'it is no CRN', fix: 'Write it like crn:v1:bluemix:public:is:…' };
}

/** The given values are sound. */
export function outboundSpec(given: Given): AllowedOutboundDestinationSpec {
  if (given.type === 'cidr_block') return { type: given.type, cidr_block: given.cidr_block ?? '' };
  return {
    type: given.type,
    private_path_service_gateway_crn: given.private_path_service_gateway_crn ?? '',
    isolation_policy: given.isolation_policy ?? 'shared',
  };
}
