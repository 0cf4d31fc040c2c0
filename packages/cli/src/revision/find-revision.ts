/** A revision by its name alone: the API asks for the app's too, which is the part before the last number. */
import { UsageFault } from '../usage-fault.ts';

/** `web-00003` → `web`. */
export function appOfRevision(revision: string): string {
  const app = findAppOfRevision(revision);
  if (app !== undefined) return app;
  throw new UsageFault(`Cannot tell the app of revision "${revision}": a name is like "web-00001"`, [
    'See all: slipway revision list',
  ]);
}

/** Undefined for what no revision is called. */
export function findAppOfRevision(revision: string): string | undefined {
  return /^(.+)-[a-z0-9]+$/.exec(revision)?.[1];
}
