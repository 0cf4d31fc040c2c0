/**
 * What this process told the engine last of each app: spares the engine a call for each of its own signals, and tells
 * which hosts lead to the app, so that a domain is ready only when its app was told of it.
 */
interface Told {
  readonly digest: string;
  readonly hosts: readonly string[];
}

export class AppliedApps {
  readonly #told = new Map<string, Told>();

  isTold(projectId: string, appName: string, digest: string): boolean {
    return this.#told.get(`${projectId}/${appName}`)?.digest === digest;
  }

  note(projectId: string, appName: string, told: Told): void {
    this.#told.set(`${projectId}/${appName}`, told);
  }

  forget(projectId: string, appName: string): void {
    this.#told.delete(`${projectId}/${appName}`);
  }

  /** The engine is told of every app again; their hosts lead to them meanwhile. */
  forgetDigests(): void {
    for (const [id, { hosts }] of this.#told) this.#told.set(id, { digest: '', hosts });
  }

  hasHost(projectId: string, appName: string, host: string): boolean {
    return this.#told.get(`${projectId}/${appName}`)?.hosts.includes(host) ?? false;
  }
}
