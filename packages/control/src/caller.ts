/** Who calls an operation, as the credential proved it. Never holds the credential itself. */
import { CALLER_KINDS, type PlatformRole, type ProjectRole } from '@slipway/spec';

export { CALLER_KINDS };
export type CallerKind = (typeof CALLER_KINDS)[number];

/** Roles that a credential itself carries: what an outside provider's claims are mapped to, or a service account's project. */
export interface CarriedRoles {
  readonly platform?: PlatformRole;
  /** Project id → role. */
  readonly projects: Readonly<Record<string, ProjectRole>>;
}

export interface Caller {
  readonly kind: CallerKind;
  /** Stable: what audit records and ownership refer to. */
  readonly id: string;
  /** For people: a name or an e-mail address. */
  readonly name: string;
  /** The user whose rights an API key has. */
  readonly owner?: string;
  readonly carried?: CarriedRoles;
  /** When the credential ends by itself. */
  readonly expiresAtMs?: number;
}

/** Whoever holds the administrator's token of this machine. */
export const LOCAL_ADMINISTRATOR: Caller = { kind: 'administrator', id: 'local-administrator', name: 'administrator' };

/** The user who acts: what members and API keys refer to. */
export function userIdOf(caller: Caller): string {
  return caller.owner ?? caller.id;
}
