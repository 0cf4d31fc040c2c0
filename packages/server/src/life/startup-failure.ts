/** The ways the daemon refuses to start, each with the exit code by which a supervisor or a script tells them apart. */

export const EXIT_CODES = { failed: 1, usage: 2, already_running: 3, port_taken: 4 } as const;
export type StartupFailureKind = keyof typeof EXIT_CODES;

/** `message` is one line for the operator: what is wrong and what to do. */
export class StartupFailure extends Error {
  override readonly name = 'StartupFailure';
  readonly kind: StartupFailureKind;

  constructor(kind: StartupFailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }
}
