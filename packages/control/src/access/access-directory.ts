/**
 * Who may do what, in memory: every role and every API key of the platform, read once at the start and kept by the one
 * path that writes them. So a request costs no look into the store, and what was taken away is gone with the next
 * request. A change is durable before it counts, and changes take turns: memory never differs from what is stored.
 */
import { PLATFORM_ROLES, PROJECT_ROLES, type PlatformRole, type ProjectRole } from '@slipway/spec';
import { apiKeyFrom, apiKeyKey, type ApiKeyRecord, type ApiKeyStatus } from '../api-keys/api-key-record.ts';
import { LOCAL_ADMINISTRATOR, userIdOf, type Caller } from '../caller.ts';
import type { ControlParts } from '../control.ts';
import { memberFrom, memberKey, PLATFORM_SCOPE } from '../members/member-record.ts';
import { findProject } from '../projects/project-record.ts';
import { newResourceId } from '../resource-id.ts';
import type { ResourceDraft, StoredResource } from '../store.ts';
import { walkStore } from '../walk-store.ts';
import { serviceAccountRole, strongerRole, type Roles } from './role-table.ts';

export interface KnownApiKey {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly digest: string;
  readonly expiresAtMs: number | undefined;
}

/** `last_used_at` of a key is written this often at most. */
const LAST_USED_WRITE_MS = 5 * 60_000;

type DirectoryParts = Pick<ControlParts, 'store' | 'clock' | 'log' | 'randomText'> & {
  /** Told after roles in the scope have changed, here too. */
  readonly onRoles?: (scope: string) => void;
};

export class AccessDirectory {
  readonly #parts: DirectoryParts;
  /** User → scope (a project, or the platform) → role. */
  readonly #roles = new Map<string, Map<string, string>>();
  readonly #keysByDigest = new Map<string, KnownApiKey>();
  readonly #keysById = new Map<string, KnownApiKey>();
  readonly #usedAtMs = new Map<string, number>();
  readonly #writing = new Set<Promise<void>>();
  #turn: Promise<unknown> = Promise.resolve();
  #isLoaded = false;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  /** False until everything is read: until then nobody but the local administrator is known. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  async load(): Promise<void> {
    const { store } = this.#parts;
    for await (const stored of walkStore(store, { kind: 'member' })) {
      const isOrphan = stored.projectId !== PLATFORM_SCOPE && !(await findProject(store, stored.projectId));
      // The creator's role is written before the project; one that was never made leaves it behind.
      if (isOrphan) await store.delete(stored);
      else this.#remember(stored.projectId, stored.name, memberFrom(stored).spec.role);
    }
    for await (const stored of walkStore(store, { kind: 'api_key' })) this.#rememberKey(apiKeyFrom(stored));
    this.#isLoaded = true;
  }

  /** Waits for what is still being written. */
  async stop(): Promise<void> {
    await Promise.all(this.#writing);
  }

  rolesOf(caller: Caller, projectId: string | undefined): Roles {
    const user = userIdOf(caller);
    if (user === LOCAL_ADMINISTRATOR.id) return { platform: 'administrator' };
    const carriedRole = projectId === undefined ? undefined : carriedIn(caller, projectId);
    if (caller.kind === 'service_account') return { project: carriedRole && serviceAccountRole(carriedRole) };
    const scopes = this.#roles.get(user);
    const platform = scopes?.get(PLATFORM_SCOPE) as PlatformRole | undefined;
    const project = projectId === undefined ? undefined : (scopes?.get(projectId) as ProjectRole | undefined);
    return {
      platform: strongerRole(PLATFORM_ROLES, platform, caller.carried?.platform),
      project: strongerRole(PROJECT_ROLES, project, carriedRole),
    };
  }

  /** The projects in which the caller has a role. */
  projectsOf(caller: Caller): readonly string[] {
    const isService = caller.kind === 'service_account';
    const stored = isService ? [] : [...(this.#roles.get(userIdOf(caller))?.keys() ?? [])];
    const scopes = new Set([...stored, ...Object.keys(caller.carried?.projects ?? {})]);
    scopes.delete(PLATFORM_SCOPE);
    return [...scopes].toSorted();
  }

  /** False once the credential has expired, or the key that it is or was made with is revoked. */
  isCurrent(caller: Caller): boolean {
    const nowMs = this.#parts.clock.now().getTime();
    if (caller.expiresAtMs !== undefined && caller.expiresAtMs <= nowMs) return false;
    if (caller.kind !== 'api_key') return true;
    const key = this.#keysById.get(caller.id);
    return key !== undefined && (key.expiresAtMs === undefined || key.expiresAtMs > nowMs);
  }

  /** Found by digest: how long it takes tells nothing, because nobody can choose the digest of a guess. */
  findApiKey(digest: string): KnownApiKey | undefined {
    return this.#keysByDigest.get(digest);
  }

  findApiKeyById(id: string): KnownApiKey | undefined {
    return this.#keysById.get(id);
  }

  setRole(scope: string, userId: string, role: PlatformRole | ProjectRole): Promise<StoredResource> {
    return this.#takeTurn(async () => {
      const stored = await this.#writeRole(scope, userId, role);
      this.#remember(scope, userId, role);
      this.#parts.onRoles?.(scope);
      return stored;
    });
  }

  /** False when there was none. */
  removeRole(scope: string, userId: string): Promise<boolean> {
    return this.#takeTurn(async () => {
      const removed = await this.#parts.store.delete(memberKey(scope, userId));
      this.#forget(scope, userId);
      this.#parts.onRoles?.(scope);
      return removed;
    });
  }

  /** The project is gone, and its members with it. */
  forgetProject(projectId: string): void {
    for (const userId of this.#roles.keys()) this.#forget(projectId, userId);
  }

  addApiKey(draft: ResourceDraft): Promise<ApiKeyRecord | undefined> {
    return this.#takeTurn(async () => {
      const stored = await this.#parts.store.insert(draft);
      const record = stored && apiKeyFrom(stored);
      if (record) this.#rememberKey(record);
      return record;
    });
  }

  /** False when there was none. */
  removeApiKey(id: string): Promise<boolean> {
    return this.#takeTurn(async () => {
      const removed = await this.#parts.store.delete(apiKeyKey(id));
      const known = this.#keysById.get(id);
      this.#keysById.delete(id);
      this.#usedAtMs.delete(id);
      if (known) this.#keysByDigest.delete(known.digest);
      return removed;
    });
  }

  /** Writes down that a key was used; nobody waits for it, and nothing is lost with it but the date. */
  noteUse(keyId: string): void {
    const now = this.#parts.clock.now();
    const written = this.#usedAtMs.get(keyId);
    if (written !== undefined && now.getTime() - written < LAST_USED_WRITE_MS) return;
    this.#usedAtMs.set(keyId, now.getTime());
    const status: ApiKeyStatus = { lastUsedAt: now.toISOString() };
    const writing = this.#parts.store
      .updateStatus(apiKeyKey(keyId), keyId, status)
      .then(
        () => undefined,
        (error: unknown) => this.#parts.log.warn('Cannot note the use of an API key', { key_id: keyId, error }),
      )
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  async #writeRole(scope: string, userId: string, role: string): Promise<StoredResource> {
    const { store, randomText } = this.#parts;
    const key = memberKey(scope, userId);
    const current = await store.get(key);
    const written = current
      ? await store.update(key, current.entityTag, { spec: { role } })
      : await store.insert({ ...key, id: newResourceId(randomText), owner: '', spec: { role }, status: {} });
    // Turns are taken here and nobody else writes members.
    if (!written) throw new TypeError(`Cannot write the role of a member: another writer was there`);
    return written;
  }

  #remember(scope: string, userId: string, role: string): void {
    const scopes = this.#roles.get(userId) ?? new Map<string, string>();
    scopes.set(scope, role);
    this.#roles.set(userId, scopes);
  }

  #forget(scope: string, userId: string): void {
    const scopes = this.#roles.get(userId);
    scopes?.delete(scope);
    if (scopes?.size === 0) this.#roles.delete(userId);
  }

  #rememberKey({ id, owner, spec, status }: ApiKeyRecord): void {
    const expiresAtMs = spec.expiresAt === undefined ? undefined : Date.parse(spec.expiresAt);
    const known: KnownApiKey = { id, name: spec.name, owner, digest: spec.digest, expiresAtMs };
    this.#keysById.set(id, known);
    this.#keysByDigest.set(spec.digest, known);
    if (status.lastUsedAt !== undefined) this.#usedAtMs.set(id, Date.parse(status.lastUsedAt));
  }

  #takeTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** A path may ask for any word, also for one that every object knows. */
function carriedIn({ carried }: Caller, projectId: string): ProjectRole | undefined {
  return carried && Object.hasOwn(carried.projects, projectId) ? carried.projects[projectId] : undefined;
}
