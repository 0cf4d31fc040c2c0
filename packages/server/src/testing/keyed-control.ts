/** For tests: the control plane over files of a folder, so that it can end at any moment and begin again. */
import { createFakeIssuer } from '@slipway/control/testing';
import { join } from 'node:path';
import { createControl, LOCAL_ADMINISTRATOR, type Call, type Control, type Store } from '@slipway/control';
import { createFakeBuilder, createFakeEngine } from '@slipway/engine/testing';
import type { OperationId, Returns } from '@slipway/spec';
import { openFileSecretBox, openFileSourceStore, openSqliteStores } from '@slipway/store';
import { readProcessUsage } from '../process-usage.ts';
import { createSystemClock, randomText } from '../system-clock.ts';

const FACTS = {
  platformName: 'test',
  region: 'local',
  accountId: '0'.repeat(32),
  domain: 'localhost',
  httpPort: 8080,
  urlScheme: 'http',
  openRanges: [],
  apiBaseUrl: 'http://127.0.0.1:8780/v2',
  instanceApiUrl: 'http://api.slipway.internal:8780',
  registry: '127.0.0.1:8781',
} as const;
const SILENT = { info() {}, warn() {}, error() {} };
const RETENTION_MS = 24 * 60 * 60_000;

export interface KeyedControl {
  readonly control: Control;
  readonly store: Store;
  readonly call: <Id extends OperationId>(id: Id, call?: Partial<Call<Id>>) => Promise<Returns<Id>>;
  readonly close: () => Promise<void>;
}

export async function openKeyedControl(dir: string): Promise<KeyedControl> {
  const stores = await openSqliteStores({ path: join(dir, 'resources.sqlite') });
  const control = createControl({
    ...stores,
    certificateIssuer: createFakeIssuer(),
    serviceTokens: { mintServiceToken: () => Promise.reject(new Error('Nothing here asks for a token')) },
    sources: await openFileSourceStore({ dir: join(dir, 'sources') }),
    secretBox: await openFileSecretBox({ path: join(dir, 'data-keys.json') }),
    engine: createFakeEngine(),
    builder: createFakeBuilder(),
    facts: FACTS,
    clock: createSystemClock(),
    randomText,
    processUsage: readProcessUsage,
    egressAddresses: () => Promise.resolve([]),
    log: SILENT,
    projectRetentionMs: RETENTION_MS,
    auditRetentionMs: RETENTION_MS,
  });
  const close = async () => {
    await control.stop();
    await stores.store.close();
  };
  try {
    await control.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    control,
    store: stores.store,
    call: (id, call = {}) => {
      const { signal } = new AbortController();
      const complete = { params: {}, query: {}, body: undefined, caller: LOCAL_ADMINISTRATOR, signal, ...call };
      return control.operations[id](complete as never);
    },
    close,
  };
}
