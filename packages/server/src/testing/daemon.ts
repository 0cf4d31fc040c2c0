/** For tests: the daemon's process with a platform of no parts, which tells in its log what was asked of it. */
import { AccessDirectory, AuditTrail, createAccessGuard, type OperationHandlers } from '@slipway/control';
import { OPERATIONS } from '@slipway/spec';
import { openSqliteStores } from '@slipway/store';
import { openIdentity } from '../access/open-access.ts';
import { runDaemon } from '../life/run-daemon.ts';
import type { WirePlatform } from '../life/wired-platform.ts';
import { createSystemClock, randomText } from '../system-clock.ts';

const wire: WirePlatform = async (config, { facts, log }) => {
  const note = (message: string) => async () => log.info(message);
  const operations = Object.fromEntries(
    Object.keys(OPERATIONS).map((id) => [id, (): Promise<unknown> => Promise.resolve({ id })] as const),
  ) as unknown as OperationHandlers;
  const { auditStore, store } = await openSqliteStores({ path: ':memory:' });
  const clock = createSystemClock();
  const audit = new AuditTrail({ auditStore, auditRetentionMs: 0, clock, log });
  const directory = new AccessDirectory({ store, clock, log, randomText });
  const guard = createAccessGuard(directory);
  return {
    identity: await openIdentity(config.stateDir, facts),
    control: { operations, directory, guard, audit, start: note('control started'), stop: note('control stopped') },
    open: note('opened'),
    release: note('released'),
    purge: note('purged'),
  };
};

await runDaemon(process.argv.slice(2), wire);
