/** API keys as text. Pure. */
import type { ApiKey } from '@slipway/spec';
import { ageOf } from '../output/age-of.ts';
import { renderTable } from '../output/text-table.ts';

export function renderApiKeyList(keys: readonly ApiKey[], nowMs: number): string {
  const rows = keys.map((key) => [
    key.name,
    key.id,
    ageOf(key.created_at, nowMs),
    key.last_used_at === undefined ? 'never' : `${ageOf(key.last_used_at, nowMs)} ago`,
    expiryText(key, nowMs),
    key.description ?? '',
  ]);
  return renderTable(['Name', 'ID', 'Age', 'Last used', 'Expires', 'Description'], rows);
}

function expiryText({ expires_at: at }: ApiKey, nowMs: number): string {
  if (at === undefined) return 'never';
  return Date.parse(at) <= nowMs ? 'expired' : at.slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ');
}
