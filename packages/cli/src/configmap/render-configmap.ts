/** Config maps as text, with the headings of the public command line. Pure. */
import type { ConfigMap } from '@slipway/spec';
import { ageOf } from '../output/age-of.ts';
import { joinBlocks, renderFields, renderTable } from '../output/text-table.ts';
import { identityFieldsOf, type Sight } from '../runtime/render-runtime.ts';

export function renderConfigMapList(configMaps: readonly ConfigMap[], nowMs: number): string {
  const rows = configMaps.map((configMap) => [
    configMap.name,
    String(Object.keys(configMap.data ?? {}).length),
    ageOf(configMap.created_at, nowMs),
  ]);
  return renderTable(['Name', 'Data', 'Age'], rows);
}

export function renderConfigMap(configMap: ConfigMap, sight: Sight): string {
  return joinBlocks([renderFields(identityFieldsOf(configMap, sight)), renderData(configMap.data ?? {})]);
}

/** One key per block, a value of several lines below its key. */
export function renderData(data: Readonly<Record<string, string>>): string {
  const blocks = Object.entries(data).map(([key, value]) =>
    value.includes('\n') ? `${key}:\n${value.replaceAll(/^/gm, '  ').trimEnd()}\n` : `${key}: ${value}\n`,
  );
  return blocks.length === 0 ? '' : `Data:\n---\n${blocks.join('')}`;
}
