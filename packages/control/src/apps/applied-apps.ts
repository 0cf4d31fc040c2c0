/**
 * What this process told the engine last of each app: spares the engine a call for each of its own signals, and tells
 * which domains lead to the app, so that a domain is ready only when its app was told of it. There is one for each app of
 * the platform, so it is small.
 */
import { createHash } from 'node:crypto';

interface Told {
  /** Empty when the engine is to be told again. */
  readonly digest: string;
  readonly domains: readonly string[];
}

/** Of 256 bits of hash, as many as no two workloads share by chance. */
const DIGEST_LENGTH = 22;
const NO_DOMAINS: readonly string[] = [];

/** A digest, because the workload holds the values of secrets. */
export function digestOf(workload: unknown): string {
  return createHash('sha256').update(JSON.stringify(workload)).digest('base64url').slice(0, DIGEST_LENGTH);
}

export class AppliedApps {
  /** By project, then by app. */
  readonly #told = new Map<string, Map<string, Told>>();

  isTold(projectId: string, appName: string, digest: string): boolean {
    return this.#find(projectId, appName)?.digest === digest;
  }

  note(projectId: string, appName: string, { digest, domains }: Told): void {
    const told = { digest, domains: domains.length === 0 ? NO_DOMAINS : domains };
    this.#told.set(projectId, (this.#told.get(projectId) ?? new Map<string, Told>()).set(appName, told));
  }

  forget(projectId: string, appName: string): void {
    const apps = this.#told.get(projectId);
    apps?.delete(appName);
    if (apps?.size === 0) this.#told.delete(projectId);
  }

  /** The engine is told of every app again; their domains lead to them meanwhile. */
  forgetDigests(): void {
    for (const apps of this.#told.values())
      for (const [name, { domains }] of apps) apps.set(name, { digest: '', domains });
  }

  hasDomain(projectId: string, appName: string, domain: string): boolean {
    return this.#find(projectId, appName)?.domains.includes(domain) ?? false;
  }

  #find(projectId: string, appName: string): Told | undefined {
    return this.#told.get(projectId)?.get(appName);
  }
}
