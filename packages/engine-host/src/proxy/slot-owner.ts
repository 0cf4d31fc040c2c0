/** Who has a slot, as one text. Names hold no slash. */
import type { AppKey } from '@slipway/engine';

export interface SlotOwner extends AppKey {
  readonly revisionName: string;
}

export function renderSlotOwner({ projectId, appName, revisionName }: SlotOwner): string {
  return `${projectId}/${appName}/${revisionName}`;
}

export function parseSlotOwner(owner: string): SlotOwner {
  const [projectId = '', appName = '', revisionName = ''] = owner.split('/');
  return { projectId, appName, revisionName };
}
