/**
 * Port: a short-lived token for what runs, with which it may call the API in its own project. `audience` says who is to
 * accept it: a token for somebody else is none to the API. Whoever puts one into an instance asks anew at `renewAt`.
 */
import type { ProjectRole, SERVICE_ACCOUNTS } from '@slipway/spec';

/** The API itself. */
export const API_AUDIENCE = 'slipway-api';
/** The token endpoint, which exchanges it for one of the API. */
export const IDENTITY_AUDIENCE = 'slipway-identity';

export interface ServiceTokenRequest {
  readonly projectId: string;
  /** What runs, e.g. `app/web`. */
  readonly subject: string;
  /** Without one the token says who runs, and opens nothing. */
  readonly role?: ProjectRole | undefined;
  readonly audience: string;
}

export interface ServiceToken {
  readonly token: string;
  readonly expiresAt: string;
  /** When to put a fresh one in its place. */
  readonly renewAt: string;
}

export interface ServiceTokenIssuer {
  mintServiceToken(request: ServiceTokenRequest): Promise<ServiceToken>;
}

type ServiceAccount = (typeof SERVICE_ACCOUNTS)[number];

/** `default` is none: a workload that was not given a role has no business with the API. */
export function serviceAccountRoleOf(account: ServiceAccount): ProjectRole | undefined {
  return account === 'default' || account === 'none' ? undefined : account;
}

/** A file that an instance finds its token in, at the path the public platform has it at. */
export interface TokenFile {
  readonly what: 'token' | 'compute resource token';
  readonly path: string;
  readonly audience: string;
  readonly role: ProjectRole | undefined;
}

const SERVICE_ACCOUNT_TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const COMPUTE_RESOURCE_TOKEN_PATH = '/var/run/secrets/codeengine.cloud.ibm.com/compute-resource-token/token';

/** The tokens of a workload by its settings. Pure. */
export function tokenFilesFor(settings: {
  readonly run_service_account: ServiceAccount;
  readonly run_compute_resource_token_enabled?: boolean;
}): readonly TokenFile[] {
  const role = serviceAccountRoleOf(settings.run_service_account);
  const files: TokenFile[] = [];
  if (role !== undefined) files.push({ what: 'token', path: SERVICE_ACCOUNT_TOKEN_PATH, audience: API_AUDIENCE, role });
  if (settings.run_compute_resource_token_enabled === true) {
    files.push({
      what: 'compute resource token',
      path: COMPUTE_RESOURCE_TOKEN_PATH,
      audience: IDENTITY_AUDIENCE,
      role,
    });
  }
  return files;
}
