/** The keys that secrets are stored with, by their names, and how far the change to a new one has come. */
import { Type, type Static } from '../json-schema.ts';
import { Timestamp, words } from './schema.ts';

/** `failed`: it stopped, keeps the old keys, and is tried again by itself. */
export const ROTATION_STATES = ['idle', 'running', 'failed'] as const;
export type RotationState = (typeof ROTATION_STATES)[number];

export const DataKeys = Type.Object({
  active_key_id: Type.String({ description: 'The key that seals' }),
  key_ids: Type.Array(Type.String(), { description: 'All that are kept; older ones only open' }),
  rotation: Type.Object({
    state: words(ROTATION_STATES),
    resealed: Type.Integer({ description: 'Resources that were sealed with the active key so far' }),
    started_at: Type.Optional(Timestamp),
    finished_at: Type.Optional(Timestamp),
    reason: Type.Optional(Type.String()),
  }),
});
export type DataKeys = Static<typeof DataKeys>;
