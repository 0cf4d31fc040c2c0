/** Everything that is declared by what `-f` names, ready to be compared: read, checked and with its values. */
import { text as readAll } from 'node:stream/consumers';
import { DECLARED_KINDS, nameProblem } from '@slipway/spec';
import type { CommandContext } from '../command-context.ts';
import { UsageFault } from '../usage-fault.ts';
import { declareResource, refuseTwice, type DeclaredResource } from './declared-resource.ts';
import type { WrittenResource } from './parse-manifest.ts';
import { parseManifests } from './parse-manifest.ts';
import { readManifests } from './read-manifests.ts';

export const DEFAULT_SET = 'default';

export interface Declaration {
  readonly set: string;
  /** In the order of their kinds, then by name. */
  readonly resources: readonly DeclaredResource[];
}

export async function loadDeclaration(
  { cwd, env }: Pick<CommandContext, 'cwd' | 'env'>,
  options: {
    readonly files?: readonly string[] | undefined;
    readonly set?: string | undefined;
    readonly areValuesHidden?: boolean;
  },
): Promise<Declaration> {
  const { files, set, areValuesHidden = false } = options;
  const { texts, usesInput } = await readManifests(files, cwd);
  const manifest = parseManifests(texts);
  const sources = { env, readInput: onceFromInput(usesInput), areValuesHidden };
  const declared: (readonly [WrittenResource, DeclaredResource])[] = [];
  for (const written of manifest.resources) declared.push([written, await declareResource(written, sources)]);
  refuseTwice(declared);
  const resources = declared
    .map(([, resource]) => resource)
    .toSorted((one, other) => rankOf(one) - rankOf(other) || (one.name < other.name ? -1 : 1));
  return { set: chosenSet(set ?? manifest.set ?? DEFAULT_SET), resources };
}

function chosenSet(name: string): string {
  const problem = nameProblem('applied_set', name);
  if (problem !== undefined)
    throw new UsageFault(`Cannot use --set "${name}": ${problem}`, ['For instance: --set shop']);
  return name;
}

export function rankOf({ kind }: Pick<DeclaredResource, 'kind'>): number {
  return DECLARED_KINDS.indexOf(kind);
}

function onceFromInput(isTaken: boolean): () => Promise<string> {
  let isUsed = isTaken;
  return async () => {
    if (isUsed) throw new Error('standard input is read already');
    isUsed = true;
    return readAll(process.stdin);
  };
}
