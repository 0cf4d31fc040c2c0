/**
 * Which project has which ordinal: from it follow its subnet, bridge and user ids, so it is durable and never changes
 * while the project exists. The smallest free one is given, after removal it is free again. Where its instances may
 * connect to is remembered as well: a daemon that starts sets the firewall before anybody tells it of projects.
 */
import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { OUTBOUND_DEFAULT, type OutboundRules } from '@slipway/engine';
import { writeFileAtomic } from '@slipway/process';

interface SavedProject {
  readonly ordinal: number;
  readonly outbound?: OutboundRules;
}

export class ProjectRegistry {
  readonly #path: string;
  readonly #ordinals = new Map<string, number>();
  readonly #outbound = new Map<string, OutboundRules>();

  constructor(path: string) {
    this.#path = path;
  }

  load(): void {
    if (!existsSync(this.#path)) return;
    const saved = JSON.parse(readFileSync(this.#path, 'utf8')) as Record<string, number | SavedProject>;
    for (const [projectId, project] of Object.entries(saved)) {
      // A file of before outbound rules has the ordinal alone.
      const { ordinal, outbound } = typeof project === 'number' ? { ordinal: project, outbound: undefined } : project;
      this.#ordinals.set(projectId, ordinal);
      if (outbound) this.#outbound.set(projectId, outbound);
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
    if (this.#ordinals.delete(projectId)) await this.#save();
  }

  async #save(): Promise<void> {
    const saved = [...this.#ordinals].map(([projectId, ordinal]): [string, SavedProject] => {
      const outbound = this.#outbound.get(projectId);
      return [projectId, outbound ? { ordinal, outbound } : { ordinal }];
    });
    await writeFileAtomic(this.#path, JSON.stringify(Object.fromEntries(saved)));
  }
}
