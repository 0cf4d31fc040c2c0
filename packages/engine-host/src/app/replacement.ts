/**
 * A restart: instances that are outdated are replaced by new ones, one after the other. A new one is started beside those
 * that are wanted, and only when it takes requests an outdated one goes. What is outdated and stands by takes none, so it
 * goes at once. Pure.
 */
import type { RestartOrder } from '@slipway/engine';

export interface DatedInstance {
  readonly name: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

export function isOutdated({ createdAt, name }: DatedInstance, order: RestartOrder | undefined): boolean {
  if (!order) return false;
  return order.instanceNames.includes(name) || (order.createdBefore !== undefined && createdAt < order.createdBefore);
}

/** How many instances there should be while so many of the ready ones are outdated. */
export function instancesWhileReplacing(wanted: number, outdated: number): number {
  return wanted > 0 && outdated > 0 ? wanted + 1 : wanted;
}

/** The restart that a revision is in. */
export class Replacement {
  order: RestartOrder | undefined;

  isOutdated(place: DatedInstance): boolean {
    return isOutdated(place, this.order);
  }
}
