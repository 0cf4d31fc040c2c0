/**
 * Keeps what is true close to what is wanted. One queue of keys; a key is activated by a change, by a signal of the
 * engine, and by a pass every minute that heals whatever was missed: of everything that is declared, but of many apps a
 * part, so that a machine full of sleeping apps has little to do.
 */
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
/**
 * Pauses of a full pass, after some twenty milliseconds of work. The first one finishes what a daemon that died has left;
 * the others heal what nearly never breaks, and on a platform of many sleeping apps they are all that ever happens.
 */
const FIRST_PASS_PAUSE_MS = 30;
const PASS_PAUSE_MS = 400;
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
  #isWholeDue = false;
  #passes = 0;
  #passing: Promise<void> = Promise.resolve();
  #cancelPass: () => void = () => undefined;
  #watching: Promise<void> = Promise.resolve();

  constructor(context: ControlContext) {
    this.#context = context;
    this.#apps = createAppReconciler(context);
    this.#queue = new WorkQueue({
      run: (id) => this.#reconcile(parseKey(id)),
      clock: context.clock,
      parallelMax: PARALLEL_MAX,
      laterPauseMs: () => (this.#passes > 1 ? PASS_PAUSE_MS : FIRST_PASS_PAUSE_MS),
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
    // Where apps are many it lists them for seconds; they run as they are declared meanwhile.
    this.#startPass({ isWhole: true });
  }

  /** Builds are cancelled and run again at the next start; apps keep running. */
  async stop(): Promise<void> {
    this.#life.abort();
    this.#cancelPass();
    this.#apps.stop();
    const ended = Promise.all([this.#queue.stop(), this.#context.buildRunner.stop(), this.#watching, this.#passing]);
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
      if (!signal.aborted) this.#startPass({ isWhole: true });
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

  #startPass({ isWhole }: { readonly isWhole: boolean }): void {
    this.#isWholeDue ||= isWhole;
    if (!this.#isPassing) this.#passing = this.#pass();
  }

  /** Activates everything once, or of many apps a part, and sets the time of the next pass. */
  async #pass(): Promise<void> {
    this.#isPassing = true;
    const { store } = this.#context;
    this.#cancelPass();
    // Apps that the pass before has not come to are not listed again.
    const isBehind = this.#queue.hasLater;
    const isWhole = this.#isWholeDue;
    this.#isWholeDue = false;
    if (!isBehind) this.#passes += 1;
    try {
      if (!isBehind) this.#apps.forgetApplied();
      const wantedSources = new Set<string>();
      for (const kind of RECONCILED_KINDS.filter((one) => one !== 'app' || isWhole || !isBehind)) {
        const isPart = kind === 'app' && !isWhole;
        for await (const stored of isPart ? this.#rounds.next(store) : walkStore(store, { kind })) {
          if (this.#life.signal.aborted) return;
          if (kind === 'build_run') {
            const run = buildRunFrom(stored);
            const mustStay = isEnded(run) && run.spec.deletedAt === undefined;
            if (mustStay) continue;
            wantedSources.add(sourceIdFrom(run.spec.recipe.source_url ?? '') ?? '');
          }
          const key = formatKey({ kind, projectId: stored.projectId, name: stored.name });
          // There are few, and tokens that are due wait for theirs.
          if (kind === 'project') this.#queue.add(key);
          else this.#queue.addLater(key);
        }
      }
      await this.#context.sources.collect(SOURCES_BUDGET_BYTES, wantedSources);
    } catch (error) {
      this.#context.log.error('A full pass did not come through', { error });
    }
    this.#isPassing = false;
    if (!this.#life.signal.aborted) {
      const hasTime = !this.#isWholeDue;
      const goOn = () => this.#startPass({ isWhole: false });
      this.#cancelPass = this.#context.clock.after(hasTime ? FULL_PASS_MS : 0, goOn, { hasTime });
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
