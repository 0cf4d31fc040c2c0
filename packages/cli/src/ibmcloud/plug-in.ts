/** The one plug-in there is: it is built in, so it is always installed and never newer elsewhere. */
import { UsageFault } from '../usage-fault.ts';
import { readVersion } from '../version-file.ts';

export const PLUG_IN_NAME = 'code-engine';
const SPELLINGS: readonly string[] = [PLUG_IN_NAME, 'ce'];

export function requirePlugIn(name: string, verb: string): void {
  if (SPELLINGS.includes(name)) return;
  throw new UsageFault(`Cannot ${verb} plug-in "${name}": only ${PLUG_IN_NAME} is here, and it is built in`);
}

export async function plugInDocument(): Promise<{ readonly Name: string; readonly Version: string }> {
  return { Name: PLUG_IN_NAME, Version: await readVersion() };
}
