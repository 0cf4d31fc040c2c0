/** The names of data keys as text. Pure. */
import type { DataKeys } from '@slipway/spec';
import { renderFields } from '../output/text-table.ts';

export function renderDataKeys({ active_key_id: active, key_ids: keys, rotation }: DataKeys): string {
  return renderFields([
    ['Active Key', active],
    ['Older Keys', keys.filter((id) => id !== active).join(', ')],
    ['Rotation', rotation.state],
    ['Resealed', rotation.resealed],
    ['Started', rotation.started_at],
    ['Finished', rotation.finished_at],
    ['Reason', rotation.reason],
  ]);
}
