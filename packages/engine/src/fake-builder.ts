/**
 * A builder in memory. By default every build succeeds with a digest that depends on the source; a test may decide the
 * outcome, and may hold builds back to look at them while they run.
 */
import { createHash } from 'node:crypto';
import { BUILD_STRATEGIES, type Builder, type BuildOutcome, type BuildStep, type BuildWorkload } from './builder.ts';
import { createSystemClock, type TestClock } from './manual-clock.ts';
import type { LogEntry } from './observation.ts';
import { ReplayFeed } from './replay-feed.ts';
import type { ProjectWorkload } from './workload.ts';

export interface FakeBuilderOptions {
  readonly clock?: TestClock;
  /** Decides the outcome; may throw EngineFault. The default succeeds. */
  readonly decideOutcome?: (build: BuildWorkload) => BuildOutcome;
}

export interface FakeBuilder extends Builder {
  /** Every build that was started, in order. */
  readonly started: readonly BuildWorkload[];
  /** Every project that was removed, in order. */
  readonly removed: readonly ProjectWorkload[];
  /** Builds run into a wall after their first step until `release`. */
  hold(): void;
  release(): void;
}

export function fakeBuildDigest(build: Pick<BuildWorkload, 'source' | 'outputImage'>): string {
  return `sha256:${createHash('sha256').update(`${build.source.sha256} ${build.outputImage}`).digest('hex')}`;
}

export function createFakeBuilder(options: FakeBuilderOptions = {}): FakeBuilder {
  const clock = options.clock ?? createSystemClock();
  const decide = options.decideOutcome ?? succeed;
  const logs = new Map<string, ReplayFeed<LogEntry>>();
  const started: BuildWorkload[] = [];
  const removed: ProjectWorkload[] = [];
  let gate: PromiseWithResolvers<void> | undefined;

  async function run(build: BuildWorkload, onStep: (step: BuildStep) => void, signal: AbortSignal) {
    signal.throwIfAborted();
    started.push(build);
    const feed = new ReplayFeed<LogEntry>();
    logs.set(idOf(build), feed);
    try {
      onStep({ name: 'prepare', state: 'succeeded', durationMs: 1 });
      say(feed, build, 'preparing');
      onStep({ name: 'build', state: 'running' });
      if (gate) await Promise.race([gate.promise, rejectOnAbort(signal)]);
      signal.throwIfAborted();
      const outcome = decide(build);
      say(feed, build, outcome.ok ? `built ${outcome.digest}` : outcome.message);
      onStep({ name: 'build', state: outcome.ok ? 'succeeded' : 'failed', durationMs: 1 });
      return outcome;
    } finally {
      feed.close();
    }
  }

  function say(feed: ReplayFeed<LogEntry>, build: BuildWorkload, text: string): void {
    feed.push({ at: clock.now().toISOString(), instanceName: build.buildRunName, stream: 'stdout', text });
  }

  return {
    strategies: BUILD_STRATEGIES.map((name) => ({ name, languages: [] })),
    started,
    removed,
    run,
    hold() {
      gate ??= Promise.withResolvers<void>();
    },
    release() {
      gate?.resolve();
      gate = undefined;
    },
    async *readLogs(query, signal) {
      const feed = logs.get(idOf(query));
      if (!feed) return;
      const count = feed.items.length;
      const from = query.tail === undefined ? 0 : Math.max(0, count - query.tail);
      if (query.follow) yield* feed.walk(from, signal);
      else yield* feed.items.slice(from, count);
    },
    async remove(projectId, buildRunName) {
      logs.delete(idOf({ projectId, buildRunName }));
    },
    async removeProject(project) {
      for (const id of logs.keys()) if (id.startsWith(`${project.projectId}/`)) logs.delete(id);
      removed.push(project);
    },
  };
}

function idOf(build: Pick<BuildWorkload, 'projectId' | 'buildRunName'>): string {
  return `${build.projectId}/${build.buildRunName}`;
}

function succeed(build: BuildWorkload): BuildOutcome {
  return { ok: true, digest: fakeBuildDigest(build), reused: false };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
