/** Whose quotas, which of them, and how they are shown. */
import type { Client } from '@slipway/client';
import { parseBytes, QUOTA_KEYS, quotaName, type ProjectQuotas } from '@slipway/spec';
import { closestWord } from '../closest-word.ts';
import { findProject, type ChosenProject, type CommandContext } from '../command-context.ts';
import { renderTable } from '../output/text-table.ts';
import { UsageFault } from '../usage-fault.ts';

const NAMES = QUOTA_KEYS.map(quotaName);
const RESET = 'default';

/** The project that was named, else the chosen one. */
export async function quotaProject(
  context: CommandContext,
  client: Client,
  options: { readonly name?: string | undefined; readonly id?: string | undefined },
): Promise<ChosenProject> {
  const wanted = options.id ?? options.name;
  return wanted === undefined ? context.project() : findProject(client, wanted, context.signal);
}

/** `apps=60` and `secrets=default`, as the API takes them. */
export function parseLimits(words: readonly string[]): Readonly<Record<string, number | null>> {
  const limits: Record<string, number | null> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    const name = at < 0 ? word : word.slice(0, at);
    if (!NAMES.includes(name)) {
      const close = closestWord(name, NAMES);
      const fix = close === undefined ? `There are: ${NAMES.join(', ')}` : `Did you mean ${close}?`;
      throw new UsageFault(`Cannot use --limit "${word}": there is no quota "${name}"`, [fix]);
    }
    limits[name] = parseLimit(word, at < 0 ? '' : word.slice(at + 1));
  }
  return limits;
}

function parseLimit(word: string, text: string): number | null {
  if (text === RESET) return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const isSize = word.startsWith('memory_bytes=') || word.startsWith('ephemeral_storage_bytes=');
  const bytes = isSize ? parseBytes(text) : undefined;
  if (bytes !== undefined) return bytes;
  const example = isSize ? 'a size like 64G' : 'a whole number';
  throw new UsageFault(`Cannot use --limit "${word}": it takes ${example}, or "${RESET}"`);
}

export function renderQuotas({ quotas }: ProjectQuotas): string {
  const rows = quotas.map(({ name, used, limit, limit_default }) => [
    name,
    amount(name, used),
    amount(name, limit),
    limit === limit_default ? '' : amount(name, limit_default),
  ]);
  return renderTable(['Quota', 'Used', 'Limit', 'Default'], rows);
}

/** Sizes as they are written: `0.25G`. */
function amount(name: string, value: number): string {
  return name.endsWith('_bytes') ? `${Number((value / 1e9).toFixed(3))}G` : String(value);
}
