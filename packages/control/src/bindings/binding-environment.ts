/**
 * What a component is told of the services it is bound to: all of them in CE_SERVICES, and each credential in a variable
 * of its own after the binding's prefix. Pure. Source: Code Engine "Working with service bindings".
 */
import type { Secret } from '@slipway/spec';
import type { Data } from '../data-rules.ts';
import type { Environment } from '../environment/resolve-environment.ts';
import type { AppBinding } from './binding-record.ts';

export interface BoundService extends AppBinding {
  readonly data: Data;
  readonly serviceAccess: NonNullable<Secret['service_access']> | undefined;
}

/** The word of the public platforms for a service that is in no catalogue. */
const USER_PROVIDED = 'user-provided';

/** Nothing for a component without bindings. */
export function bindingEnvironment(services: readonly BoundService[]): Environment {
  if (services.length === 0) return {};
  const byType = new Map<string, object[]>();
  const variables: (readonly [string, string])[] = [];
  for (const service of services) {
    const type = serviceTypeOf(service.serviceAccess?.service_instance.id);
    byType.set(type, [...(byType.get(type) ?? []), describe(service)]);
    variables.push([`${service.prefix}_SERVICENAME`, service.secretName]);
    for (const [key, value] of Object.entries(service.data)) {
      variables.push([`${service.prefix}_${variableNameFor(key)}`, value]);
    }
  }
  return { CE_SERVICES: JSON.stringify(Object.fromEntries(byType)), ...Object.fromEntries(variables) };
}

/** `iam-role.crn` → `IAM_ROLE_CRN`. */
export function variableNameFor(key: string): string {
  return key.toUpperCase().replaceAll(/[-.]/g, '_');
}

/** The service's name in a CRN: `crn:v1:bluemix:public:cloud-object-storage:…`. */
function serviceTypeOf(instanceId: string | undefined): string {
  return /^crn:(?:[^:]*:){3}([^:]+):/.exec(instanceId ?? '')?.[1] ?? USER_PROVIDED;
}

function describe({ secretName, data, serviceAccess }: BoundService): object {
  const entries = Object.entries(data).map(([key, value]) => [key, structuredValue(value)] as const);
  return {
    credentials: Object.fromEntries(entries),
    name: secretName,
    plan: '',
    resourcekey_name: serviceAccess?.resource_key?.name ?? secretName,
    resourcekey_id: serviceAccess?.resource_key?.id ?? '',
  };
}

/** A secret holds texts alone; credentials that were objects or lists are such again for whoever reads the JSON. */
function structuredValue(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // A text that only begins like one.
    return text;
  }
}
