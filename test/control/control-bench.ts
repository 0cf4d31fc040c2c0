/**
 * A whole control plane for a test: real SQLite and source files in one temporary folder, the fake engine and builder
 * below. `restart` makes a new control plane over the same store, machine and builder, as after `kill -9`.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  createControl,
  LOCAL_ADMINISTRATOR,
  type Call,
  type Caller,
  type Control,
  type PlatformFacts,
  type ServiceTokenIssuer,
  type Store,
} from '@slipway/control';
import { createFakeIssuer, type FakeIssuer } from '@slipway/control/testing';
import type { Engine } from '@slipway/engine';
import { createFakeBuilder, createFakeEngine, createSystemClock, FakeMachine } from '@slipway/engine/testing';
import type { FakeBuilder, FakeBuilderOptions } from '@slipway/engine/testing';
import { Refusal, type ErrorCode, type OperationId, type Returns } from '@slipway/spec';
import { openFileSecretBox, openFileSourceStore, openSqliteStores } from '@slipway/store';
import { createMortality } from './mortal.ts';

export const FACTS: PlatformFacts = {
  platformName: 'slipway',
  region: 'local',
  accountId: 'a1',
  domain: 'localhost',
  httpPort: 8080,
  https: { port: 8443, isTrusted: () => false },
  openRanges: [{ cidr: '10.0.0.0/8' }],
  apiBaseUrl: 'http://127.0.0.1:8780/v2',
  instanceApiUrl: 'http://api.slipway.internal:8780',
  registry: 'localhost:8781',
};

const STORE_CHANGES: readonly (keyof Store)[] = [
  'insert',
  'update',
  'updateStatus',
  'delete',
  'appendEvent',
  'deleteEvents',
];
const ENGINE_CHANGES: readonly (keyof Engine)[] = [
  'applyProject',
  'removeProject',
  'resolveImage',
  'applyApp',
  'removeApp',
];
const silent = () => undefined;
const SILENT = { info: silent, warn: silent, error: silent };
/** A week, as a platform has it when nobody chose. */
export const PROJECT_RETENTION_MS = 7 * 24 * 60 * 60_000;
const OF_PROCESS = {
  projectRetentionMs: PROJECT_RETENTION_MS,
  auditRetentionMs: PROJECT_RETENTION_MS,
  randomText: (length: number) => randomBytes(length).toString('hex').slice(0, length),
  log: SILENT,
  egressAddresses: () => Promise.resolve([]),
  processUsage: () => ({ cpuSeconds: 1.5, residentBytes: 1e8 }),
};
const DEADLINE_MS = 10_000;
const POLL_MS = 5;

interface CallOptions<Id extends OperationId> {
  readonly query?: Partial<Call<Id>['query']>;
  readonly body?: Call<Id>['body'];
  readonly ifMatch?: string;
  readonly caller?: Caller;
  readonly signal?: AbortSignal;
}

export interface ControlBench {
  readonly machine: FakeMachine;
  readonly builder: FakeBuilder;
  readonly issuer: FakeIssuer;
  readonly store: Store;
  /** Id of the project that is there from the start. */
  readonly projectId: string;
  call<Id extends OperationId>(id: Id, params: Call<Id>['params'], options?: CallOptions<Id>): Promise<Returns<Id>>;
  /** The control plane dies at the change of the world after `steps` further ones. */
  dieAfter(steps: number): void;
  /** Resolves when it is dead; one that has nothing more to do is declared dead, and false comes back. */
  died(): Promise<boolean>;
  /** Stops the control plane, dead or alive, and starts a new one. */
  restart(): Promise<void>;
}

const NO_TOKENS: ServiceTokenIssuer = {
  mintServiceToken: () => Promise.reject(new Error('Nothing here asks for a token')),
};

type BenchOptions = FakeBuilderOptions & {
  readonly hasWildcards?: boolean;
  readonly serviceTokens?: ServiceTokenIssuer;
  /** What stands between control plane and engine. */
  readonly between?: (engine: Engine) => Partial<Engine>;
};

function engineOf(machine: FakeMachine, { between }: BenchOptions): Engine {
  const engine = createFakeEngine({ machine });
  return { ...engine, ...between?.(engine) };
}

export async function openControlBench(t: TestContext, options: BenchOptions = {}): Promise<ControlBench> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-control-'));
  const { store, ...kept } = await openSqliteStores({ path: join(dir, 'store.db') });
  const sources = await openFileSourceStore({ dir: join(dir, 'sources') });
  const secretBox = await openFileSecretBox({ path: join(dir, 'data-keys.json') });
  const machine = new FakeMachine();
  const builder = createFakeBuilder(options);
  const issuer = createFakeIssuer(options);

  let mortality = createMortality();

  async function startControl(): Promise<Control> {
    mortality = createMortality();
    const control = createControl({
      store: mortality.wrap(store, STORE_CHANGES),
      ...kept,
      sources,
      secretBox,
      engine: mortality.wrap<Engine>(engineOf(machine, options), ENGINE_CHANGES),
      builder,
      certificateIssuer: issuer,
      serviceTokens: options.serviceTokens ?? NO_TOKENS,
      facts: FACTS,
      clock: options.clock ?? createSystemClock(),
      ...OF_PROCESS,
    });
    await control.start();
    return control;
  }

  let control = await startControl();
  t.after(async () => {
    await control.stop();
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  });

  function call<Id extends OperationId>(
    id: Id,
    params: Call<Id>['params'],
    { query, body, ifMatch, caller, signal }: CallOptions<Id> = {},
  ): Promise<Returns<Id>> {
    const complete = {
      params,
      query: query ?? {},
      body,
      caller: caller ?? LOCAL_ADMINISTRATOR,
      signal: signal ?? new AbortController().signal,
      ...(ifMatch !== undefined && { ifMatch }),
    };
    return control.operations[id](complete as Call<Id>);
  }

  const { projects } = await call('listProjects', {});
  return {
    machine,
    builder,
    issuer,
    store,
    projectId: projects[0]?.id ?? '',
    call,
    dieAfter: (steps) => mortality.dieAfter(steps),
    died: () => mortality.settled(),
    async restart() {
      await control.stop();
      control = await startControl();
    },
  };
}

/** Polls until `look` gives something; fails with `what` after a while. */
export async function until<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (Date.now() > deadline) assert.fail(`Waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export function untilApp(bench: ControlBench, name: string, reason: string): Promise<Returns<'getApp'>> {
  return until(`app ${name} is ${reason}`, async () => {
    const app = await bench.call('getApp', { project_id: bench.projectId, name });
    return app.status_details?.reason === reason ? app : undefined;
  });
}

export function untilGone(what: string, look: () => Promise<unknown>): Promise<true> {
  return until(`${what} is gone`, () =>
    look().then(
      () => undefined,
      (error: unknown) => {
        assert.ok(error instanceof Refusal && error.code === 'resource_not_found', String(error));
        return true as const;
      },
    ),
  );
}

export function refusedWith(code: ErrorCode, pattern = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, pattern);
    return true;
  };
}

/** Uploads a text as a source, and returns the address a build run takes. */
export async function uploadSource(bench: ControlBench, text: string): Promise<string> {
  const sha256 = createHash('sha256').update(text).digest('hex');
  const body = (async function* chunks() {
    yield Buffer.from(text);
  })();
  const source = await bench.call('createSource', { project_id: bench.projectId }, { query: { sha256 }, body });
  return source.source_url;
}

export async function collectAll<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
