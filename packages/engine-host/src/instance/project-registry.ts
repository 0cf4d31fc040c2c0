/**
 * Which project has which ordinal: from it follow its subnet, bridge and user ids, so it is durable and never changes
 * while the project exists. The smallest free one is given, after removal it is free again.
 */
import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '@slipway/process';

export class ProjectRegistry {
  readonly #path: string;
  readonly #ordinals = new Map<string, number>();

  constructor(path: string) {
    this.#path = path;
  }

  load(): void {
    if (!existsSync(this.#path)) return;
    const saved = JSON.parse(readFileSync(this.#path, 'utf8')) as Record<string, number>;
    for (const [projectId, ordinal] of Object.entries(saved)) this.#ordinals.set(projectId, ordinal);
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
    if (this.#ordinals.delete(projectId)) await this.#save();
  }

  async #save(): Promise<void> {
    await writeFileAtomic(this.#path, JSON.stringify(Object.fromEntries(this.#ordinals)));
  }
}
