/**
 * What an allowed outbound destination may be told, beyond the schema. The rules of a project add up, so a range that
 * lies in another one would say nothing and is refused. Pure.
 */
import type { AllowedOutboundDestinationPrototype } from '@slipway/spec';
import type { FieldProblem } from '../refuse.ts';
import type { AllowedOutboundDestinationSpec } from './allowed-outbound-destination-record.ts';
import { covers, formatCidrBlock, parseCidrBlock } from './cidr-block.ts';

type Given = Omit<AllowedOutboundDestinationPrototype, 'name'>;
type Field = Exclude<keyof Given, 'type'>;

const CRN_PATTERN = /^crn:v1:[a-z0-9-]+:[^\s]+$/;
const FIELDS: Readonly<Record<Given['type'], readonly Field[]>> = {
  cidr_block: ['cidr_block'],
  private_path_service_gateway: ['private_path_service_gateway_crn', 'isolation_policy'],
};
const ALL_FIELDS = ['cidr_block', 'private_path_service_gateway_crn', 'isolation_policy'] as const;

/** `others`: the project's other destinations. */
export function outboundProblem(
  given: Given,
  others: readonly { readonly name: string; readonly spec: AllowedOutboundDestinationSpec }[],
): FieldProblem | undefined {
  const stray = ALL_FIELDS.find((field) => given[field] !== undefined && !FIELDS[given.type].includes(field));
  if (stray !== undefined) {
    const rule = `a destination of type ${given.type} has none`;
    return { field: stray, value: given[stray], rule, fix: 'Leave it out' };
  }
  return given.type === 'cidr_block' ? cidrProblem(given.cidr_block, others) : crnProblem(given);
}

function cidrProblem(
  value: string | undefined,
  others: Parameters<typeof outboundProblem>[1],
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
    const rule = `"${name}" allows ${formatCidrBlock(other)} already`;
    return { field, value, rule, fix: 'Leave it out, or delete the other one first' };
  }
  return undefined;
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
