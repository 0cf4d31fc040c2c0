/** The few ways an engine or a builder can fail, for the control plane to translate into a status or a refusal. */

export const ENGINE_FAULT_CODES = [
  'engine_unavailable',
  'project_unknown',
  'image_reference_invalid',
  'image_not_found',
  'image_registry_unreachable',
  'image_access_denied',
  'image_wrong_platform',
  'image_damaged',
  'disk_full',
  'certificate_refused',
] as const;
export type EngineFaultCode = (typeof ENGINE_FAULT_CODES)[number];

/** `message` is one plain sentence, safe to show; the technical chain is the `cause`. */
export class EngineFault extends Error {
  override readonly name = 'EngineFault';
  readonly code: EngineFaultCode;
  /** The names of what it is about, where a call was about several. */
  readonly subjects: readonly string[];

  constructor(
    code: EngineFaultCode,
    message: string,
    options?: ErrorOptions & { readonly subjects?: readonly string[] },
  ) {
    super(message, options);
    this.code = code;
    this.subjects = options?.subjects ?? [];
  }
}
