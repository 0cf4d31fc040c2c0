/** Options of allowed outbound destinations, and the words by which their types are known. */
import type { AllowedOutboundDestination } from '@slipway/spec';
import type { OptionSpec } from '../../command.ts';
import { UsageFault } from '../../usage-fault.ts';

export const DESTINATION_NAME = {
  names: ['--name', '--n', '-n', '--cidr-name'],
  kind: 'value',
  summary: 'name of the destination',
  required: true,
} as const satisfies OptionSpec;

export const CIDR = {
  names: ['--cidr', '-c'],
  kind: 'value',
  summary: 'range of addresses, e.g. 10.0.0.0/8',
} as const satisfies OptionSpec;

export const ISOLATION_POLICY = {
  names: ['--pps-isolation-policy', '--pip'],
  kind: 'value',
  summary: 'whether a private path is shared with other projects',
  values: ['dedicated', 'shared'],
} as const satisfies OptionSpec;

/** Nothing is asked here, so nothing is forced; scripts that say it go on working. */
export const FORCE_CHANGE = {
  names: ['--force', '-f'],
  kind: 'flag',
  summary: 'do not ask; nothing is asked here',
  default: 'false',
} as const satisfies OptionSpec;

type DestinationType = AllowedOutboundDestination['type'];

/** Every word of the public command line for a type; its pages write the last one with its words in another order. */
const TYPES: ReadonlyMap<string, DestinationType> = new Map([
  ['cidr', 'cidr_block'],
  ['cidr_block', 'cidr_block'],
  ['pps', 'private_path_service_gateway'],
  ['private_path_service_gateway', 'private_path_service_gateway'],
  ['private_path_gateway_service', 'private_path_service_gateway'],
]);

export function destinationType(word: string): DestinationType {
  const type = TYPES.get(word);
  if (type !== undefined) return type;
  throw new UsageFault(`Cannot use --format "${word}": allowed are ${[...TYPES.keys()].join(', ')}`);
}
