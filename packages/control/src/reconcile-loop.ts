/**
 * Keeps what is true close to what is wanted. One queue of keys; a key is activated by a change, by a signal of the
 * engine, and by a pass every minute that heals whatever was missed: of everything that is declared, but of many apps a
 * part, so that a machine full of sleeping apps has little to do.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EngineSignal } from '@slipway/engine';
import { AppRounds } from './apps/app-rounds.ts';
import { createAppReconciler, type AppReconciler } from './apps/app-reconcile.ts';
import { reconcileBuildRun } from './build-runs/build-run-reconcile.ts';
import { buildRunFrom, isEnded } from './build-runs/build-run-record.ts';
import { reconcileCertificate } from './certificates/certificate-reconcile.ts';
import { RECONCILED_KINDS, type ControlContext, type ReconcileKey, type ReconciledKind } from './control-context.ts';
import { readDeclared } from './declared.ts';
import { reconcileDomainMapping } from './domain-mappings/domain-mapping-reconcile.ts';
import { recordEngineEvent } from './events/record-event.ts';
import { reconcileProject } from './projects/project-reconcile.ts';
import { sourceIdFrom } from './sources/source-operations.ts';
import { walkStore } from './walk-store.ts';
import { backoffMs, WorkQueue, type WorkOutcome } from './work-queue.ts';

/** Keys worked on at the same moment: they mostly wait for the engine and for registries. */
const PARALLEL_MAX = 8;
const RETRY_BACKOFF = { firstMs: 200, maxMs: 60_000 };
const FULL_PASS_MS = 60_000;
/** A page of the store; between two of them everything else in the process gets a turn. */
const PASS_ROWS_AT_ONCE = 200;
/** How long `stop` waits for what is under way. */
const STOP_DEADLINE_MS = 10_000;
/** Uploaded sources on disk; the least recently used leave first. */
const SOURCES_BUDGET_BYTES = 5e9;

export class ReconcileLoop {
  readonly #context: ControlContext;
  readonly #apps: AppReconciler;
  readonly #rounds = new AppRounds();
  readonly #queue: WorkQueue;
  readonly #life = new AbortController();
  #isStarted = false;
  #isPassing = false;
  #cancelPass: () => void = () => undefined;
  #watching: Promise<void> = Promise.resolve();

  constructor(context: ControlContext) {
    this.#context = context;
    this.#apps = createAppReconciler(context);
    this.#queue = new WorkQueue({
      run: (id) => this.#reconcile(parseKey(id)),
      clock: context.clock,
      parallelMax: PARALLEL_MAX,
      backoff: RETRY_BACKOFF,
      onError: (id, error) => context.log.warn('A reconcile did not come through', { key: parseKey(id), error }),
    });
  }

  /** Before the start nothing is queued: the first full pass sees everything. */
  activate(key: ReconcileKey): void {
    if (this.#isStarted) this.#queue.add(formatKey(key));
  }

  /** Starts the engine with everything declared, then the loops. */
  async start(): Promise<void> {
    const { engine } = this.#context;
    await engine.start(await readDeclared(this.#context));
    this.#isStarted = true;
    this.#watching = this.#watch();
    await this.#pass({ isWhole: true });
  }

  /** Builds are cancelled and run again at the next start; apps keep running. */
  async stop(): Promise<void> {
    this.#life.abort();
    this.#cancelPass();
    this.#apps.stop();
    const ended = Promise.all([this.#queue.stop(), this.#context.buildRunner.stop(), this.#watching]);
    let cancelDeadline: () => void = () => undefined;
    const deadline = new Promise<'late'>((resolve) => {
      cancelDeadline = this.#context.clock.after(STOP_DEADLINE_MS, () => resolve('late'));
    });
    const outcome = await Promise.race([ended, deadline]);
    cancelDeadline();
    if (outcome === 'late') this.#context.log.warn('Stopped although work was under way; the next start finishes it');
  }

  #reconcile(key: ReconcileKey): Promise<WorkOutcome> {
    switch (key.kind) {
      case 'project':
        return reconcileProject(this.#context, key.projectId);
      case 'app':
        return this.#apps.reconcile(key.projectId, key.name);
      case 'build_run':
        return reconcileBuildRun(this.#context, key.projectId, key.name);
      case 'domain_mapping':
        return reconcileDomainMapping(this.#context, key.projectId, key.name);
      case 'certificate':
        return reconcileCertificate(this.#context, key.projectId, key.name);
    }
  }

  async #watch(): Promise<void> {
    const { clock, engine, log } = this.#context;
    const { signal } = this.#life;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        for await (const seen of engine.watch(signal)) {
          failures = 0;
          await this.#take(seen);
        }
        if (signal.aborted) return;
        log.warn('The engine stopped signalling: watching again');
      } catch (error) {
        log.warn('The engine cannot be watched: trying again', { error });
      }
      await new Promise<void>((resolve) => {
        const cancel = clock.after(backoffMs(failures, RETRY_BACKOFF), resolve);
        signal.addEventListener(
          'abort',
          () => {
            cancel();
            resolve();
          },
          { once: true },
        );
      });
      // What was signalled meanwhile is lost: look at everything.
      if (!signal.aborted) await this.#pass({ isWhole: true });
    }
  }

  async #take(seen: EngineSignal): Promise<void> {
    if (seen.type === 'changed') {
      const { appName: name, projectId } = seen.app;
      this.activate({ kind: 'app', projectId, name });
      // What the engine sees of an app is told with it, whether or not anything is written.
      this.#context.feed.note({ kind: 'app', projectId, name, type: 'modified' });
      return;
    }
    try {
      await recordEngineEvent(this.#context, seen.event);
    } catch (error) {
      this.#context.log.error('Cannot store an event', { app: seen.event.appName, reason: seen.event.reason, error });
    }
  }

  /** Activates everything once, or of many apps a part, and sets the time of the next pass. */
  async #pass({ isWhole }: { readonly isWhole: boolean }): Promise<void> {
    if (this.#isPassing) return;
    this.#isPassing = true;
    const { store } = this.#context;
    this.#cancelPass();
    try {
      this.#apps.forgetApplied();
      const wantedSources = new Set<string>();
      let seen = 0;
      for (const kind of RECONCILED_KINDS) {
        const isPart = kind === 'app' && !isWhole;
        for await (const stored of isPart ? this.#rounds.next(store) : walkStore(store, { kind })) {
          if (kind === 'build_run') {
            const run = buildRunFrom(stored);
            const mustStay = isEnded(run) && run.spec.deletedAt === undefined;
            if (mustStay) continue;
            wantedSources.add(sourceIdFrom(run.spec.recipe.source_url ?? '') ?? '');
          }
          this.#queue.addLater(formatKey({ kind, projectId: stored.projectId, name: stored.name }));
          if (++seen % PASS_ROWS_AT_ONCE === 0) await nextTurn();
        }
      }
      await this.#context.sources.collect(SOURCES_BUDGET_BYTES, wantedSources);
    } catch (error) {
      this.#context.log.error('A full pass did not come through', { error });
    }
    this.#isPassing = false;
    if (!this.#life.signal.aborted) {
      this.#cancelPass = this.#context.clock.after(FULL_PASS_MS, () => void this.#pass({ isWhole: false }), {
        hasTime: true,
      });
    }
  }
}

/** Neither ids nor names hold a slash. */
function formatKey({ kind, projectId, name }: ReconcileKey): string {
  return `${kind}/${projectId}/${name}`;
}

function parseKey(id: string): ReconcileKey {
  const [kind = '', projectId = '', name = ''] = id.split('/');
  return { kind: kind as ReconciledKind, projectId, name };
}
