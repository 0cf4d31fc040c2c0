/**
 * Why a revision has no ready instance, in the owner's words. Everything that can go wrong between "an instance is
 * wanted" and "it takes requests" ends here as one InstanceFault.
 */
import { EngineFault, type RevisionFault } from '@slipway/engine';
import { StartFailure, type InstanceEnd } from '../instance/instance-runtime.ts';

export class InstanceFault extends Error {
  override readonly name = 'InstanceFault';
  readonly fault: RevisionFault;
  readonly exitCode?: number;

  /** `message` is the part after the colon: `process exited with code 1`. */
  constructor(fault: RevisionFault, message: string, options: ErrorOptions & { readonly exitCode?: number } = {}) {
    super(message, options);
    this.fault = fault;
    if (options.exitCode !== undefined) this.exitCode = options.exitCode;
  }

  /** No next try can end differently. */
  get isFinal(): boolean {
    return ['image_not_found', 'image_wrong_platform', 'executable_not_found', 'never_listened'].includes(this.fault);
  }
}

/** The whole sentence: what happened, and where to look. */
export function describeFault(appName: string, fault: InstanceFault): string {
  const what = fault.message.charAt(0).toLowerCase() + fault.message.slice(1);
  // It has printed nothing yet.
  if (fault.fault === 'no_capacity') return `"${appName}" cannot start: ${what}`;
  return `"${appName}" cannot start: ${what}; see: slipway app logs -n ${appName}`;
}

export function faultOfEnd(end: InstanceEnd): InstanceFault {
  const { exitCode } = end;
  if (end.reason === 'oom_killed') {
    return new InstanceFault('out_of_memory', 'it used more memory than it may; give it more memory', { exitCode });
  }
  return new InstanceFault('exited', `process exited with code ${exitCode}`, { exitCode });
}

export function faultNeverListened(port: number, deadlineMs: number): InstanceFault {
  return new InstanceFault(
    'never_listened',
    `nothing listens on port ${port} after ${deadlineMs / 1000} s; listen on 0.0.0.0 and the port in PORT`,
  );
}

/** Any failure of the start itself. */
export function faultOf(error: unknown): InstanceFault {
  if (error instanceof InstanceFault) return error;
  if (error instanceof StartFailure)
    return new InstanceFault(FAULT_OF_START[error.fault], error.message, { cause: error });
  if (error instanceof EngineFault) return new InstanceFault(faultOfImage(error), error.message, { cause: error });
  return new InstanceFault('engine_error', 'the platform failed to start it', { cause: error });
}

const FAULT_OF_START = {
  image_missing: 'image_not_found',
  executable_not_found: 'executable_not_found',
  mount_missing: 'mount_missing',
  no_address: 'no_capacity',
  runtime_error: 'engine_error',
} as const satisfies Record<StartFailure['fault'], RevisionFault>;

function faultOfImage(error: EngineFault): RevisionFault {
  if (error.code === 'image_not_found' || error.code === 'image_reference_invalid') return 'image_not_found';
  if (error.code === 'image_wrong_platform') return 'image_wrong_platform';
  return error.code.startsWith('image_') ? 'image_pull_failed' : 'engine_error';
}
