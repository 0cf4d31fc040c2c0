/**
 * Reads what HAProxy answers on its control socket. Pure; the tables in the test are real output of HAProxy 2.6.12.
 * Fields are found by their names in the header line, because newer versions add columns.
 */
import { ACTIVATOR_SERVER } from './haproxy-config.ts';

export interface ServerSample {
  readonly server: string;
  readonly inFlight: number;
  readonly queued: number;
  /** Requests ever sent to it. */
  readonly requestsTotal: number;
  /** Answers of 500 and more, and those that never came complete. */
  readonly serverErrorsTotal: number;
}

/** One look at one slot. */
export interface SlotSample {
  readonly slot: string;
  /** Requests at instances now. */
  readonly inFlight: number;
  /** Requests that wait in HAProxy for an instance. */
  readonly queued: number;
  /** Requests ever sent to instances of this slot, as long as the servers live; only its change means something. */
  readonly requestsTotal: number;
  /** Streams in the slot that are neither at an instance nor at the activator. */
  readonly undecided: number;
  readonly servers: readonly ServerSample[];
}

/** `show stat <backend> 6 -1`. */
export function parseSlotSample(slot: string, output: string): SlotSample {
  const rows = parseCsv(output).filter((row) => row['pxname'] === slot);
  const servers: ServerSample[] = [];
  let inFlight = 0;
  let queued = 0;
  let requestsTotal = 0;
  let atActivator = 0;
  let inBackend = 0;
  for (const row of rows) {
    const server = row['svname'] ?? '';
    if (server === 'BACKEND') {
      queued += count(row['qcur']);
      inBackend = count(row['scur']);
    } else if (server === ACTIVATOR_SERVER) {
      atActivator = count(row['scur']);
    } else {
      const requests = count(row['stot']);
      const sample = {
        server,
        inFlight: count(row['scur']),
        queued: count(row['qcur']),
        requestsTotal: requests,
        serverErrorsTotal: count(row['hrsp_5xx']) + count(row['eresp']),
      };
      inFlight += sample.inFlight;
      queued += sample.queued;
      requestsTotal += requests;
      servers.push(sample);
    }
  }
  const undecided = Math.max(0, inBackend - inFlight - atActivator);
  return { slot, inFlight, queued, requestsTotal, undecided, servers };
}

function parseCsv(output: string): Record<string, string>[] {
  const lines = output.split('\n').filter((line) => line !== '');
  const names = (lines.shift() ?? '').replace(/^# /, '').split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

function count(cell: string | undefined): number {
  return cell === undefined || cell === '' ? 0 : Number(cell);
}

/** `show map <file>`: lines of `<pointer> <key> <value>`. A key that was added twice keeps its first value, as in HAProxy. */
export function parseMap(output: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, key, value] = /^0x[0-9a-f]+ (\S+) (.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && !entries.has(key)) entries.set(key, value);
  }
  return entries;
}

/** `show ssl cert`: one name a line; the one with a change under way is there a second time, with a star. */
export function parseCertificateNames(
  output: string,
): readonly { readonly name: string; readonly isChanging: boolean }[] {
  const lines = output.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => ({ name: line.replace(/^\*/, ''), isChanging: line.startsWith('*') }));
}

/** `show info`: which process answers. */
export function parseProcessId(output: string): number | undefined {
  const [, pid] = /^Pid: (\d+)$/m.exec(output) ?? [];
  return pid === undefined ? undefined : Number(pid);
}

export interface KnownServer {
  readonly slot: string;
  readonly server: string;
  readonly address: string;
  readonly port: number;
  /** Takes new requests: neither in maintenance nor draining. */
  readonly enabled: boolean;
}

/** SRV_ADMF_* of HAProxy: 0x01 forced maintenance, 0x08 forced drain. */
const ADMIN_MAINTENANCE = 0x01;
const ADMIN_DRAIN = 0x08;

/** `show servers state`; the activator's own entries are left out. */
export function parseServersState(output: string): readonly KnownServer[] {
  const lines = output.split('\n').filter((line) => line !== '');
  const header = lines.find((line) => line.startsWith('# '));
  if (header === undefined) return [];
  const names = header.slice(2).split(' ');
  const at = (cells: readonly string[], name: string): string => cells[names.indexOf(name)] ?? '';
  return lines
    .slice(lines.indexOf(header) + 1)
    .map((line) => line.split(' '))
    .filter((cells) => /^slot\d+$/.test(at(cells, 'be_name')) && at(cells, 'srv_name') !== ACTIVATOR_SERVER)
    .map((cells) => ({
      slot: at(cells, 'be_name'),
      server: at(cells, 'srv_name'),
      address: at(cells, 'srv_addr'),
      port: Number(at(cells, 'srv_port')),
      enabled: (Number(at(cells, 'srv_admin_state')) & (ADMIN_MAINTENANCE | ADMIN_DRAIN)) === 0,
    }));
}
