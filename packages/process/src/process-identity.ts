/** Which process a pid was when we noted it: a pid is used again, a pid with its start time is not (until a reboot). */
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat, clock ticks since boot. */
  readonly startTicks: string;
}

/** Pure: the start time and state in the text of /proc/PID/stat; the command's name may hold spaces and brackets. */
export function parseProcessStat(text: string): { readonly state: string; readonly startTicks: string } | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
}

export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat && { pid, startTicks: stat.startTicks };
}

/** False for a zombie: it runs nothing any more. */
export function isAlive(identity: ProcessIdentity): boolean {
  const stat = readStat(identity.pid);
  return stat !== undefined && stat.startTicks === identity.startTicks && stat.state !== 'Z' && stat.state !== 'X';
}

/** False when that process is gone. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Pure: whether the text of /proc/PID/status names a handler of the signal. Source: proc(5), SigCgt. */
export function parseCaught(status: string, signal: NodeJS.Signals): boolean {
  const [, mask] = /^SigCgt:\s+([0-9a-f]+)$/m.exec(status) ?? [];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
}

/**
 * Signals a process that has come so far as to handle it; false for one that has not. A program that was only just started
 * would be ended by a signal that tells it to read its files again, and reads them anyway.
 */
export function signalIfCaught(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  return parseCaught(readStatus(identity.pid), signal) && signalProcess(identity, signal);
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

function readStat(pid: number): ReturnType<typeof parseProcessStat> {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}
