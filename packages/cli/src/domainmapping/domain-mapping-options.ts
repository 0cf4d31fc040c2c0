/** Options of `domainmapping create` and `domainmapping update`, and the body that they make. */
import type { DomainMappingPatch } from '@slipway/spec';
import type { OptionSpec, OptionTable, ParsedOptions } from '../command.ts';
import { given } from '../runtime/runtime-body.ts';

export const DOMAIN_NAME = {
  names: ['--domain-name', '--dn', '--name', '-n'],
  kind: 'value',
  summary: 'the domain, e.g. www.example.com',
  required: true,
} as const satisfies OptionSpec;

export const TARGET_OPTIONS = {
  target: { names: ['--target', '-t'], kind: 'value', summary: 'the app or function that it leads to' },
  targetType: {
    names: ['--target-type', '--type'],
    kind: 'value',
    summary: 'what the target is',
    values: ['application', 'function'],
  },
  tlsSecret: {
    names: ['--tls-secret', '--secret', '--tls'],
    kind: 'value',
    summary: 'secret with the certificate of the domain',
  },
} as const satisfies OptionTable;

const RESOURCE_TYPES: Readonly<Record<string, string>> = { application: 'app_v2', function: 'function_v2' };

type TargetOptions = Partial<ParsedOptions<typeof TARGET_OPTIONS>>;
type Component = NonNullable<DomainMappingPatch['component']>;

/** Pure: only what was given; a target is a name and a type, so the half that is not named stays. */
export function mappingSettings(options: TargetOptions, current?: Component): DomainMappingPatch {
  const { target, targetType, tlsSecret } = options;
  const isMoved = target !== undefined || targetType !== undefined;
  const component: Component = {
    name: target ?? current?.name ?? '',
    resource_type: RESOURCE_TYPES[targetType ?? ''] ?? current?.resource_type ?? '',
  };
  return given({ component: isMoved ? component : undefined, tls_secret: tlsSecret });
}
