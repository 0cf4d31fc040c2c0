/**
 * The whole platform but the machine: client, HTTP, control plane and SQLite are real, engine and builder are the fakes
 * that pass the conformance suites.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createClient, type Client } from '@slipway/client';
import { createFakeIssuer } from '@slipway/control/testing';
import { createControl, type Control } from '@slipway/control';
import { createFakeBuilder, createFakeEngine, type FakeBuilder } from '@slipway/engine/testing';
import { openFileSecretBox, openFileSourceStore, openSqliteStores } from '@slipway/store';
import { adminTokenPath } from '../access/admin-token.ts';
import { openAccess, openIdentity, type AccessParts, type Identity } from '../access/open-access.ts';
import { createHttpServer, type HttpServerParts } from '../http/http-server.ts';
import { readProcessUsage } from '../process-usage.ts';
import { createSystemClock, randomText } from '../system-clock.ts';

const SILENT = { info() {}, warn() {}, error() {} };

export interface RealControl {
  readonly client: Client;
  readonly origin: string;
  readonly control: Control;
  readonly identity: Identity;
  readonly builder: FakeBuilder;
  /** The administrator's. */
  readonly token: string;
  /** A client of whoever holds the credential. */
  readonly clientWith: (token: string) => Client;
}

export async function startRealControl(
  t: TestContext,
  { oidc, ...parts }: Pick<HttpServerParts, 'streamRecheckMs' | 'requestsPerSecond'> & Pick<AccessParts, 'oidc'> = {},
): Promise<RealControl> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-api-'));
  const { auditStore, store, usageStore } = await openSqliteStores({ path: ':memory:' });
  const facts = {
    platformName: 'test',
    region: 'local',
    accountId: '0'.repeat(32),
    domain: 'localhost',
    httpPort: 8080,
    openRanges: [{ cidr: '10.0.0.0/8' }],
    apiBaseUrl: 'http://127.0.0.1:8780/v2',
    instanceApiUrl: 'http://api.slipway.internal:8780',
    registry: '127.0.0.1:8781',
  } as const;
  const identity = await openIdentity(dir, facts);
  const builder = createFakeBuilder();
  const control = createControl({
    serviceTokens: identity.tokens,
    certificateIssuer: createFakeIssuer(),
    store,
    usageStore,
    auditStore,
    auditRetentionMs: 90 * 24 * 60 * 60_000,
    sources: await openFileSourceStore({ dir: join(dir, 'sources') }),
    secretBox: await openFileSecretBox({ path: join(dir, 'data-keys.json') }),
    engine: createFakeEngine(),
    builder,
    facts,
    clock: createSystemClock(),
    randomText,
    processUsage: readProcessUsage,
    egressAddresses: async () => ['192.168.1.5', '203.0.113.7'],
    log: SILENT,
    projectRetentionMs: 7 * 24 * 60 * 60_000,
  });
  const access = await openAccess(dir, { directory: control.directory, identity, oidc });
  const server = createHttpServer({ control, ...access, log: SILENT, facts, ...parts });
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
  const clientWith = (credential: string) => createClient({ baseUrl: origin, token: credential });
  return { client: clientWith(token), origin, control, identity, builder, token, clientWith };
}
