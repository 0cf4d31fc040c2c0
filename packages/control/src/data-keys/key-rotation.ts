/**
 * Takes a new data key into use and lets the old ones go. Nothing is remembered of it but the keys themselves: as long as
 * there is more than one, everything is sealed anew with the active key, from the beginning after a crash, and a key is
 * forgotten only after a look at everything that is stored has found nothing that needs it.
 */
import type { DataKeys } from '@slipway/spec';
import type { ControlParts } from '../control.ts';
import { RESOURCE_KINDS } from '../store.ts';
import { walkStore } from '../walk-store.ts';
import type { FreshStore } from './fresh-store.ts';
import { mentionsKey, resealed, SEALED_KINDS } from './sealed-values.ts';

const RETRY_MS = 60_000;
/** Passes over everything; each starts over where others have written meanwhile. */
const PASSES_MAX = 100;

type RotationParts = Pick<ControlParts, 'clock' | 'log' | 'secretBox' | 'store'> & Pick<FreshStore, 'settled'>;

export class KeyRotation {
  readonly #parts: RotationParts;
  #progress: DataKeys['rotation'] = { state: 'idle', resealed: 0 };
  #running: Promise<void> | undefined;
  #cancelRetry: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: RotationParts) {
    this.#parts = parts;
  }

  /** Goes on with one that a crash has ended. */
  start(): void {
    if (this.#parts.secretBox.keyIds.length > 1) this.#go();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRetry();
    await this.#running;
  }

  view(): DataKeys {
    const { activeKeyId, keyIds } = this.#parts.secretBox;
    return { active_key_id: activeKeyId, key_ids: [...keyIds], rotation: this.#progress };
  }

  /** A rotation that is not finished goes on; another key would only make more of them. */
  async rotate(): Promise<DataKeys> {
    const { secretBox } = this.#parts;
    if (!this.#running && secretBox.keyIds.length === 1) {
      const making = secretBox.takeNewKey();
      this.#running = making;
      await making.finally(() => {
        this.#running = undefined;
      });
    }
    this.#go();
    return this.view();
  }

  #go(): void {
    if (this.#isStopped || this.#running) return;
    this.#cancelRetry();
    const { clock, log, secretBox } = this.#parts;
    this.#progress = { state: 'running', resealed: 0, started_at: clock.now().toISOString() };
    log.info('Secrets are sealed with a new key', { key_id: secretBox.activeKeyId });
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    const { clock, log, secretBox } = this.#parts;
    try {
      const old = new Set(secretBox.keyIds.filter((id) => id !== secretBox.activeKeyId));
      await this.#parts.settled();
      await this.#resealAll();
      if (this.#isStopped) return;
      const user = await this.#findUser(old);
      if (user !== undefined) throw new Error(`Cannot forget the old data keys: ${user} is sealed with one of them`);
      if (this.#isStopped) return;
      await secretBox.forgetKeys([...old]);
      this.#progress = { ...this.#progress, state: 'idle', finished_at: clock.now().toISOString() };
      log.info('Secrets are sealed with the new key alone', { resealed: this.#progress.resealed });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#progress = { ...this.#progress, state: 'failed', reason };
      log.error('Secrets cannot all be sealed with the new key', { error });
      if (!this.#isStopped) this.#cancelRetry = clock.after(RETRY_MS, () => this.#go());
    }
  }

  /** Until one pass finds nothing to do: a resource that was written meanwhile is looked at again. */
  async #resealAll(): Promise<void> {
    for (let passes = 0; passes < PASSES_MAX; passes += 1) {
      let left = 0;
      for (const kind of SEALED_KINDS) {
        for await (const stored of walkStore(this.#parts.store, { kind })) {
          if (this.#isStopped) return;
          const fresh = resealed(this.#parts.secretBox, stored, stored);
          if (!fresh) continue;
          left += 1;
          if (await this.#parts.store.rewrite(stored, fresh))
            this.#progress = { ...this.#progress, resealed: this.#progress.resealed + 1 };
        }
      }
      if (left === 0) return;
    }
    throw new Error(`Cannot seal everything anew: after ${PASSES_MAX} passes something still changes`);
  }

  async #findUser(keyIds: ReadonlySet<string>): Promise<string | undefined> {
    for (const kind of RESOURCE_KINDS) {
      for await (const stored of walkStore(this.#parts.store, { kind })) {
        if (mentionsKey(stored.spec, keyIds) || mentionsKey(stored.status, keyIds)) return `${kind} "${stored.name}"`;
      }
    }
    return undefined;
  }
}
