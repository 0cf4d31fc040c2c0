/**
 * Who was used last, project by project, as far back as anything could stand by for it: so a look at the wishes costs
 * what was in use lately, however many apps there are, and no project pushes out those of another.
 */
interface Owner {
  readonly id: string;
  readonly projectId: string;
}

export class RecentOwners<One extends Owner> {
  readonly #perProjectMax: number;
  readonly #projects = new Map<string, Map<string, One>>();

  constructor(perProjectMax: number) {
    this.#perProjectMax = perProjectMax;
  }

  /** It is the newest now. Returns who is remembered no more. */
  note(owner: One): One | undefined {
    const known = this.#projects.get(owner.projectId) ?? new Map<string, One>();
    this.#projects.set(owner.projectId, known);
    known.delete(owner.id);
    known.set(owner.id, owner);
    const [oldest] = known.values();
    if (known.size <= this.#perProjectMax || !oldest) return undefined;
    known.delete(oldest.id);
    return oldest;
  }

  forget({ id, projectId }: Owner): void {
    const known = this.#projects.get(projectId);
    known?.delete(id);
    if (known?.size === 0) this.#projects.delete(projectId);
  }

  *all(): IterableIterator<One> {
    for (const known of this.#projects.values()) yield* known.values();
  }
}
