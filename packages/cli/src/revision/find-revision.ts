/** A revision by its name alone: the API asks for the app's too, which is the part before the last number. */
import { UsageFault } from '../usage-fault.ts';

/** `web-00003` → `web`. */
export function appOfRevision(revision: string): string {
  const match = /^(.+)-[a-z0-9]+$/.exec(revision);
  if (!match?.[1]) {
    throw new UsageFault(`Cannot tell the app of revision "${revision}": a name is like "web-00001"`, [
      'See all: slipway revision list',
    ]);
  }
  return match[1];
}
