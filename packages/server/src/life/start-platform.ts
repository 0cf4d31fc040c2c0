/**
 * The order of a platform's start and of its end. The lock comes first and leaves last, the port is taken before
 * anything is touched, and `ready` exists only while operations are served. Whatever fails, what was begun before it is
 * let go again, in reverse.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@slipway/process';
import type { ControlLog } from '@slipway/control';
import { findPortHolder, type PlatformConfig } from '@slipway/setup';
import { openAccess } from '../access/open-access.ts';
import { openApiCertificate } from '../api-certificate.ts';
import { createHttpServer, type HttpServer } from '../http/http-server.ts';
import { factsFor } from '../platform-facts.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { takePlatformLock } from './platform-lock.ts';
import { StartupFailure } from './startup-failure.ts';
import type { WirePlatform } from './wired-platform.ts';

/** Requests under way at the end; the supervisor's own patience is longer. */
const REQUESTS_DRAIN_MS = 3000;

export interface RunningPlatform {
  readonly address: string;
  readonly port: number;
  /** Resolves when everything is let go; workloads run on. */
  stop(): Promise<void>;
}

export function readyFilePath(runDir: string): string {
  return join(runDir, 'ready');
}

export function pidFilePath(runDir: string): string {
  return join(runDir, 'slipwayd.pid');
}

export async function startPlatform(
  config: PlatformConfig,
  { wire, log }: { readonly wire: WirePlatform; readonly log: ControlLog },
): Promise<RunningPlatform> {
  await using begun = new AsyncDisposableStack();
  begun.use(await takePlatformLock(config.runDir));
  await removeMarks(config.runDir);
  await writeFileAtomic(pidFilePath(config.runDir), `${process.pid}\n`, { durable: false });
  begun.defer(() => removeMarks(config.runDir));

  const facts = factsFor(config);
  const wired = await wire(config, { facts, log });
  begun.defer(() => wired.release());
  begun.defer(() => wired.control.stop());
  const certificate = await openApiCertificate(config, wired.issueOwn);
  const server = createHttpServer({
    control: wired.control,
    ...(certificate && { publicName: certificate.publicName, tls: certificate.pair }),
    ...(await openAccess(config.stateDir, { ...wired, directory: wired.control.directory, oidc: config.oidc })),
    log,
    facts,
    address: config.api.address,
    requestsPerSecond: config.requestsPerSecond,
    ...(wired.registryToken && { registryToken: wired.registryToken }),
  });
  begun.defer(() => server.stop(REQUESTS_DRAIN_MS));
  const renewalFailed = (error: unknown) => log.error('The certificate of the API cannot be renewed', { error });
  begun.defer(certificate?.keepFresh((pair) => server.setCertificate(pair), renewalFailed) ?? (() => undefined));
  wired.setApi?.((socket) => server.accept(socket));
  const { address, port } = await listen(server, config);
  log.info('Listening', { address, port });

  await wired.open();
  await wired.control.start();
  giveBackMemory();
  server.setState('ready');
  await writeFileAtomic(readyFilePath(config.runDir), `${JSON.stringify({ pid: process.pid, address, port })}\n`, {
    durable: false,
  });
  log.info('Ready', { address, port, pid: process.pid });
  const running = begun.move();
  return { address, port, stop: () => running.disposeAsync() };
}

/** Removes the platform from the machine; refuses while a daemon runs it. */
export async function purgePlatform(
  config: PlatformConfig,
  { wire, log }: { readonly wire: WirePlatform; readonly log: ControlLog },
): Promise<void> {
  await using _lock = await takePlatformLock(config.runDir);
  const wired = await wire(config, { facts: factsFor(config), log });
  try {
    await wired.purge();
  } finally {
    await wired.release();
  }
}

async function removeMarks(runDir: string): Promise<void> {
  await rm(readyFilePath(runDir), { force: true });
  await rm(pidFilePath(runDir), { force: true });
}

async function listen(server: HttpServer, config: PlatformConfig) {
  const { address, port } = config.api;
  try {
    return await server.listen(config.api);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      const holder = await findPortHolder(port);
      const who = holder
        ? `"${holder.program}" (process ${holder.pid}) listens there`
        : 'another process listens there';
      const message = `Cannot use ${address}:${port} for the API: ${who}. End it, or choose another port with --api-port`;
      throw new StartupFailure('port_taken', message, { cause: error });
    }
    if (code === 'EADDRNOTAVAIL') {
      const message = `Cannot use ${address}:${port} for the API: this machine does not have the address. Choose another one`;
      throw new StartupFailure('usage', message, { cause: error });
    }
    throw error;
  }
}
