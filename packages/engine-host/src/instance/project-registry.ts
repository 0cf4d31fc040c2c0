/**
 * Which project has which ordinal: from it follow its subnet, bridge and user ids, so it is durable and never changes
 * while the project exists. The smallest free one is given, after removal it is free again. Where its instances may
 * connect to, and which apps some of them may not, is remembered as well: a daemon that starts sets the firewall before anybody tells it of projects.
 */
import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { OUTBOUND_DEFAULT, type OutboundRules } from '@slipway/engine';
import type { ClosedApp } from '../network/bridge-guard.ts';
import { writeFileAtomic } from '@slipway/process';

interface SavedProject {
  readonly ordinal: number;
  readonly outbound?: OutboundRules;
  /** Who may connect to which app; apps that everybody may are not in it. */
  readonly callers?: Readonly<Record<string, readonly string[]>>;
}

export class ProjectRegistry {
  readonly #path: string;
  readonly #ordinals = new Map<string, number>();
  readonly #outbound = new Map<string, OutboundRules>();
  readonly #callers = new Map<string, ReadonlyMap<string, readonly string[]>>();

  constructor(path: string) {
    this.#path = path;
  }

  load(): void {
    if (!existsSync(this.#path)) return;
    const saved = JSON.parse(readFileSync(this.#path, 'utf8')) as Record<string, number | SavedProject>;
    for (const [projectId, project] of Object.entries(saved)) {
      // A file of before outbound rules has the ordinal alone.
      const { ordinal, outbound, callers }: SavedProject = typeof project === 'number' ? { ordinal: project } : project;
      this.#ordinals.set(projectId, ordinal);
      if (outbound) this.#outbound.set(projectId, outbound);
      if (callers) this.#callers.set(projectId, new Map(Object.entries(callers)));
    }
  }

  outboundOf(projectId: string): OutboundRules {
    return this.#outbound.get(projectId) ?? OUTBOUND_DEFAULT;
  }

  /** False when nothing changed. */
  async setOutbound(projectId: string, outbound: OutboundRules): Promise<boolean> {
    if (isDeepStrictEqual(this.outboundOf(projectId), outbound)) return false;
    this.#outbound.set(projectId, outbound);
    await this.#save();
    return true;
  }

  closedApps(): readonly ClosedApp[] {
    return [...this.#callers].flatMap(([projectId, apps]) =>
      [...apps].map(([appName, callers]) => ({ projectId, appName, callers })),
    );
  }

  /** Undefined callers: everybody. False when nothing changed. */
  async restrictCallers(
    projectId: string,
    { appName, callers }: { readonly appName: string; readonly callers: readonly string[] | undefined },
  ): Promise<boolean> {
    const before = this.#callers.get(projectId) ?? new Map<string, readonly string[]>();
    if (isDeepStrictEqual(before.get(appName), callers)) return false;
    const after = new Map(before);
    if (callers) after.set(appName, callers);
    else after.delete(appName);
    this.#callers.set(projectId, after);
    await this.#save();
    return true;
  }

  ordinalOf(projectId: string): number | undefined {
    return this.#ordinals.get(projectId);
  }

  projectIds(): readonly string[] {
    return [...this.#ordinals.keys()];
  }

  ordinals(): readonly number[] {
    return [...this.#ordinals.values()].toSorted((a, b) => a - b);
  }

  /** Undefined when all `countMax` are taken. */
  async allocate(projectId: string, countMax: number): Promise<number | undefined> {
    const known = this.#ordinals.get(projectId);
    if (known !== undefined) return known;
    const taken = new Set(this.#ordinals.values());
    for (let ordinal = 0; ordinal < countMax; ordinal++) {
      if (taken.has(ordinal)) continue;
      this.#ordinals.set(projectId, ordinal);
      await this.#save();
      return ordinal;
    }
    return undefined;
  }

  async free(projectId: string): Promise<void> {
    this.#outbound.delete(projectId);
    this.#callers.delete(projectId);
    if (this.#ordinals.delete(projectId)) await this.#save();
  }

  async #save(): Promise<void> {
    const saved = [...this.#ordinals].map(([projectId, ordinal]): [string, SavedProject] => {
      const outbound = this.#outbound.get(projectId);
      const closed = this.#callers.get(projectId);
      const callers = closed && closed.size > 0 ? Object.fromEntries(closed) : undefined;
      return [projectId, { ordinal, ...(outbound && { outbound }), ...(callers && { callers }) }];
    });
    await writeFileAtomic(this.#path, JSON.stringify(Object.fromEntries(saved)));
  }
}
