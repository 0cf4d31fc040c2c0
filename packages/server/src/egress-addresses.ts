/**
 * The address of this machine that requests of instances leave with: they are masqueraded, so it is the one that the
 * machine itself uses towards the internet. Asked anew each time, because it may change while the platform runs.
 */
import { runProcess } from '@slipway/process';

/** Of a range that is nobody's: only the way there is asked for, nothing is sent. Source: RFC 5737. */
const SOMEWHERE_PUBLIC = '203.0.113.1';

export async function readEgressAddresses(): Promise<readonly string[]> {
  // Exit code 2: there is no way out of this machine.
  const { stdout } = await runProcess(['ip', '-json', '-4', 'route', 'get', SOMEWHERE_PUBLIC], {
    allowExitCodes: [0, 2],
  });
  return parseRoute(stdout);
}

export function parseRoute(json: string): readonly string[] {
  if (json.trim() === '') return [];
  const routes = JSON.parse(json) as readonly { readonly prefsrc?: string }[];
  return routes.flatMap(({ prefsrc }) => prefsrc ?? []);
}
