/**
 * Hosts that lead to the revisions of an app by shares: the app's own, or those of a tag. Knows which revisions are
 * wanted and which have the requests now: a share that changes hands stays where it is until all who gain take requests.
 *
 * Who sleeps has its share at the activator, which wakes it when it is drawn. Who fails leaves its share to the others.
 */
import type { TrafficShare } from '@slipway/engine';
import { BUCKETS, type SlotShare } from '../proxy/host-routes.ts';

/** A revision, as a route sees it. */
export interface RouteTarget {
  readonly slot: { readonly number: number | undefined };
  /** It takes requests now, or as soon as HAProxy has heard so. */
  readonly hasServer: boolean;
  /** It does not come up, or not again. */
  readonly isFailing: boolean;
}

export type TargetOf<Target extends RouteTarget> = (revisionName: string) => Target | undefined;

export interface RouteWanted {
  readonly hosts: readonly string[];
  /** Sum to 100, or none. */
  readonly shares: readonly TrafficShare[];
  /** A tag follows its revision at once, whether it takes requests or not. */
  readonly isTag: boolean;
}

export class AppRoute<Target extends RouteTarget> {
  readonly #targetOf: TargetOf<Target>;
  #wanted: RouteWanted;
  /** Who has the requests now; none while nobody takes any. */
  #taken: readonly TrafficShare[] = [];

  constructor(wanted: RouteWanted, targetOf: TargetOf<Target>) {
    this.#wanted = wanted;
    this.#targetOf = targetOf;
  }

  get hosts(): readonly string[] {
    return this.#wanted.hosts;
  }

  /** Some request goes straight to an instance. */
  get isRouted(): boolean {
    return this.#taken.some(({ revisionName }) => this.#targetOf(revisionName)?.hasServer);
  }

  want(wanted: RouteWanted): void {
    this.#wanted = { ...wanted, shares: wanted.shares.filter(({ percent }) => percent > 0) };
  }

  /** Hands shares over as far as that is possible now; returns what HAProxy is to do. */
  settle(): readonly SlotShare[] {
    const { isTag, shares } = this.#wanted;
    const mayTake = shares.every(
      (share) => this.#has(share.revisionName) || this.#targetOf(share.revisionName)?.hasServer,
    );
    if (isTag || mayTake || !this.isRouted) this.#taken = shares;
    if (!this.isRouted) this.#taken = [];
    return this.#taken.map(({ percent, revisionName }) => {
      const target = this.#inPlaceOf(this.#targetOf(revisionName));
      return { percent, slot: target?.hasServer ? target.slot.number : undefined };
    });
  }

  /** It has or is to have requests of this route. */
  needs(revisionName: string): boolean {
    return this.#has(revisionName) || this.#wanted.shares.some((share) => share.revisionName === revisionName);
  }

  /** Those whose share others keep until they take requests. */
  get awaited(): readonly Target[] {
    if (this.#taken.length === 0) return [];
    const awaited = this.#wanted.shares.filter((share) => !this.#has(share.revisionName));
    return awaited.map(({ revisionName }) => this.#targetOf(revisionName)).filter((target) => target !== undefined);
  }

  /** Requests are shared out among several. */
  get isSplit(): boolean {
    return this.#shares.length > 1;
  }

  /** Whose request it is that has drawn this number from 0 to 99. */
  targetFor(bucket: number): Target | undefined {
    let from = 0;
    for (const { percent, revisionName } of this.#shares) {
      from += percent;
      if (bucket % BUCKETS < from) return this.#inPlaceOf(this.#targetOf(revisionName));
    }
    return undefined;
  }

  /** For a request that HAProxy led to us: it was drawn for somebody who takes none now. */
  drawWaiting(randomBelow: (limit: number) => number): number {
    const all = Array.from({ length: BUCKETS }, (_none, bucket) => bucket);
    const waiting = all.filter((bucket) => this.targetFor(bucket)?.hasServer !== true);
    const drawn = waiting.length > 0 ? waiting : all;
    return drawn[randomBelow(drawn.length)] ?? 0;
  }

  get #shares(): readonly TrafficShare[] {
    return this.#taken.length > 0 ? this.#taken : this.#wanted.shares;
  }

  #has(name: string): boolean {
    return this.#taken.some(({ revisionName }) => revisionName === name);
  }

  #inPlaceOf(target: Target | undefined): Target | undefined {
    if (target && !target.isFailing) return target;
    const others = this.#shares.toSorted((one, other) => other.percent - one.percent);
    const able = others.map(({ revisionName }) => this.#targetOf(revisionName)).find((other) => other?.hasServer);
    return able ?? target;
  }
}
