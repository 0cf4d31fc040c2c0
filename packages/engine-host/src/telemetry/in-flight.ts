/** What HAProxy says is under way, by edge (see `FLIGHT_TABLE` of proxy/observe-rules.ts). Pure. */
import { isIPv4 } from 'node:net';
import type { EdgeSource } from '@slipway/engine';

export interface InFlight {
  readonly slot: number;
  readonly source: EdgeSource;
  readonly requests: number;
}

/** `show table edges`. */
export function parseInFlight(output: string): readonly InFlight[] {
  return output.split('\n').flatMap((line) => {
    const [, slot, caller = '', door = '', count] =
      /^0x[0-9a-f]+: key=slot(\d+)\/([^/ ]*)\/(\S*) .*\bconn_cur=(\d+)/.exec(line) ?? [];
    if (slot === undefined || Number(count) === 0) return [];
    return [{ slot: Number(slot), source: sourceOf(caller, isGateway(door)), requests: Number(count) }];
  });
}

/** With a word before it where only named apps may call. */
function isGateway(door: string): boolean {
  return isIPv4(door.replace(/^called-/, ''));
}

/** A caller is `<app>.<subdomain>`, as the called app is told it. */
export function sourceOf(caller: string | undefined, isInside: boolean): EdgeSource {
  if (!isInside) return { type: 'outside' };
  const [appName = ''] = caller?.split('.') ?? [];
  return appName === '' ? { type: 'unknown' } : { type: 'app', appName };
}
