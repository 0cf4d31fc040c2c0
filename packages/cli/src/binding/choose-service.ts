/**
 * Which credentials a `bind` means, and the prefix of their variables. There is no catalogue of services here: a service
 * instance is what `service_access` secrets name as theirs, and a credential is one such secret. Pure.
 */
import type { Secret } from '@slipway/spec';
import { CommandFault, UsageFault } from '../usage-fault.ts';

/** Source: API v2, BindingPrototype. */
const PREFIX_LENGTH_MAX = 31;
/** Room for the number of one more binding of the same service. */
const PREFIX_BASE_MAX = PREFIX_LENGTH_MAX - '_100'.length;

export interface ServiceOptions {
  readonly serviceInstance?: string | undefined;
  readonly serviceInstanceId?: string | undefined;
  readonly serviceCredential?: string | undefined;
}

/** `what`: what is to be bound, e.g. `app "web"`. */
export function chooseService(what: string, secrets: readonly Secret[], options: ServiceOptions): Secret {
  const { serviceInstance, serviceInstanceId, serviceCredential } = options;
  if (serviceInstance === undefined && serviceInstanceId === undefined && serviceCredential === undefined) {
    throw new UsageFault(`Cannot bind ${what}: no option says to which service`, [
      'Add --service-instance NAME: a service_access secret, or the service instance that it is for',
    ]);
  }
  const found = secrets.filter(
    (secret) =>
      (serviceInstance === undefined || [secret.name, instanceOf(secret)].includes(serviceInstance)) &&
      (serviceInstanceId === undefined || instanceOf(secret) === serviceInstanceId) &&
      (serviceCredential === undefined || credentialNames(secret).includes(serviceCredential)),
  );
  const [only] = found;
  if (!only) {
    const wanted = [serviceInstance, serviceInstanceId, serviceCredential].filter((word) => word !== undefined);
    throw new CommandFault('not_found', `Cannot bind ${what}: no service_access secret fits "${wanted.join('", "')}"`, [
      'List them: slipway secret list',
      'Make one: slipway secret create --name NAME --format service_access --service-instance-id ID --from-json-file FILE',
    ]);
  }
  if (found.length === 1) return only;
  const names = found.map((secret) => secret.name).join(', ');
  throw new UsageFault(`Cannot bind ${what}: several secrets hold credentials of this service: ${names}`, [
    `Choose one: --service-credential ${only.name}`,
  ]);
}

function instanceOf(secret: Secret): string | undefined {
  return secret.service_access?.service_instance.id;
}

function credentialNames(secret: Secret): readonly (string | undefined)[] {
  const { id, name } = secret.service_access?.resource_key ?? {};
  return [secret.name, id, name];
}

/** After the kind of service, or the secret where nobody knows it; numbered from the second on. */
export function prefixFor(secret: Secret, used: readonly string[]): string {
  const kind = /^crn:(?:[^:]*:){3}([^:]+):/.exec(instanceOf(secret) ?? '')?.[1] ?? secret.name;
  const words = kind
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  const base = trimmed(/^[A-Z]/.test(words) ? words : `SERVICE_${words}`);
  let prefix = base;
  for (let number = 2; used.includes(prefix); number += 1) prefix = `${base}_${number}`;
  return prefix;
}

function trimmed(prefix: string): string {
  return prefix.slice(0, PREFIX_BASE_MAX).replace(/_+$/, '');
}
