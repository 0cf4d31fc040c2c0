/** A set-up step that cannot go on: what is wrong, and the lines which mend it. The command line prints both. */
export class SetupFault extends Error {
  override readonly name = 'SetupFault';
  readonly fix: readonly string[];

  constructor(message: string, fix: readonly string[] = [], options?: ErrorOptions) {
    super(message, options);
    this.fix = fix;
  }
}

/** `error.code` of a system error, such as `ENOENT`. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
