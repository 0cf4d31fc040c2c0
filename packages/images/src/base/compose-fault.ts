/**
 * Why a base image could not be composed, in words for whoever builds: what apt or mmdebstrap complained of, without
 * the login that an address may carry. Pure.
 */
import { EngineFault } from '@slipway/engine';
import { ProcessFailure } from '@slipway/process';

const COMPLAINTS_MAX = 3;
const COMPLAINT_LENGTH_MAX = 300;

export function composeFault(image: string, error: unknown): EngineFault {
  if (error instanceof EngineFault) return error;
  const output = error instanceof ProcessFailure ? `${error.stdout}\n${error.stderr}` : '';
  if (/no space left|ENOSPC/i.test(`${String(error)}\n${output}`)) {
    const message = `Cannot compose base image "${image}": the disk is full. Free space, then repeat`;
    return new EngineFault('disk_full', message, { cause: error });
  }
  const complaints = complaintsIn(output).join('; ');
  const why =
    complaints === '' ? "from the distribution's packages" : `from the distribution's packages: ${complaints}`;
  const message = `Cannot compose base image "${image}" ${why}. Check that "apt-get update" works on this machine, then repeat`;
  return new EngineFault('engine_unavailable', message, { cause: error });
}

/** The last lines in which a program says that something is wrong, each once. */
export function complaintsIn(output: string): readonly string[] {
  const lines = output.split('\n').map((line) => line.trim());
  const complaints = lines.filter((line) => /^(?:E|Err|error|mmdebstrap: error)\b/i.test(line));
  return [...new Set(complaints.map(withoutLogin))].slice(-COMPLAINTS_MAX);
}

function withoutLogin(line: string): string {
  return line.replaceAll(/:\/\/[^/\s]*@/g, '://').slice(0, COMPLAINT_LENGTH_MAX);
}
