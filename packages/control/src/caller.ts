/** Who calls an operation, as the credential proved it. Never holds the credential itself. */

export const CALLER_KINDS = ['administrator', 'user', 'api_key', 'service_account'] as const;
export type CallerKind = (typeof CALLER_KINDS)[number];

export interface Caller {
  readonly kind: CallerKind;
  /** Stable: what audit records and ownership refer to. */
  readonly id: string;
  /** For people: a name or an e-mail address. */
  readonly name: string;
}

/** Whoever holds the administrator's token of this machine. */
export const LOCAL_ADMINISTRATOR: Caller = { kind: 'administrator', id: 'local-administrator', name: 'administrator' };
