/** After "not found": the name that was probably meant. A help only, so whatever goes wrong here is left unsaid. */
import { closestWord } from './closest-word.ts';
import type { CommandContext } from './command-context.ts';
import { isListedKind, resourceNames } from './resource-names.ts';

const SUGGEST_TIMEOUT_MS = 2000;

/** A line such as `Did you mean "web"?`, for an answer like `Cannot find app "wbe"`. */
export async function suggestName(context: CommandContext, error: unknown): Promise<string | undefined> {
  if (!(error instanceof Error) || error.name !== 'ApiProblem') return undefined;
  const [, kind = '', name = ''] = /^Cannot find ([a-z ]+) "([^"]+)"/.exec(error.message) ?? [];
  if (!isListedKind(kind)) return undefined;
  try {
    const names = await resourceNames(context, kind, AbortSignal.timeout(SUGGEST_TIMEOUT_MS));
    const close = closestWord(name, names);
    return close === undefined ? undefined : `Did you mean "${close}"?`;
  } catch {
    return undefined;
  }
}
