/**
 * The whole platform but the machine: client, HTTP, control plane and SQLite are real, engine and builder are the fakes
 * that pass the conformance suites.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createClient, type Client } from '@slipway/client';
import { createControl } from '@slipway/control';
import { createFakeBuilder, createFakeEngine } from '@slipway/engine/testing';
import { openFileSecretBox, openFileSourceStore, openSqliteStore } from '@slipway/store';
import { adminTokenPath, createAuthenticator, ensureAdminToken } from '../access/admin-token.ts';
import { createHttpServer } from '../http/http-server.ts';
import { createSystemClock, randomText } from '../system-clock.ts';

const SILENT = { info() {}, warn() {}, error() {} };

export async function startRealControl(t: TestContext): Promise<{ readonly client: Client; readonly origin: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-api-'));
  const store = await openSqliteStore({ path: ':memory:' });
  const facts = {
    platformName: 'test',
    region: 'local',
    accountId: '0'.repeat(32),
    domain: 'localhost',
    httpPort: 8080,
    urlScheme: 'http',
    apiBaseUrl: 'http://127.0.0.1:8780/v2',
    registry: '127.0.0.1:8781',
  } as const;
  const control = createControl({
    store,
    sources: await openFileSourceStore({ dir: join(dir, 'sources') }),
    secretBox: await openFileSecretBox({ path: join(dir, 'data-keys.json') }),
    engine: createFakeEngine(),
    builder: createFakeBuilder(),
    facts,
    clock: createSystemClock(),
    randomText,
    log: SILENT,
    projectRetentionMs: 7 * 24 * 60 * 60_000,
  });
  const digest = await ensureAdminToken(dir);
  const authenticate = createAuthenticator(digest, adminTokenPath(dir));
  const server = createHttpServer({ control, authenticate, log: SILENT, facts });
  const { port } = await server.listen({ address: '127.0.0.1', port: 0 });
  await control.start();
  server.setState('ready');
  t.after(async () => {
    await server.stop(0);
    await control.stop();
    await store.close();
    await rm(dir, { recursive: true });
  });
  const token = (await readFile(adminTokenPath(dir), 'utf8')).trim();
  const origin = `http://127.0.0.1:${port}`;
  return { client: createClient({ baseUrl: origin, token }), origin };
}
