/**
 * A real Postgres for tests, from Debian's package: own data folder, own unix socket, nothing on the network. It refuses
 * to run as root, so root starts it as `nobody`.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const VERSIONS_DIR = '/usr/lib/postgresql';
const START_DEADLINE_MS = 20_000;
const POLL_MS = 50;

export interface PostgresServer extends AsyncDisposable {
  readonly connectionString: string;
}

/** Why no server can be started here; undefined when it can. */
export function postgresProblem(): string | undefined {
  return findBinDir() === undefined
    ? `the package postgresql is not installed (no initdb below ${VERSIONS_DIR})`
    : undefined;
}

/** Of the newest installed version. */
function findBinDir(): string | undefined {
  if (!existsSync(VERSIONS_DIR)) return undefined;
  const newestFirst = readdirSync(VERSIONS_DIR).toSorted((a, b) => Number(b) - Number(a));
  return newestFirst
    .map((version) => join(VERSIONS_DIR, version, 'bin'))
    .find((dir) => existsSync(join(dir, 'initdb')));
}

export async function startPostgresServer(): Promise<PostgresServer> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-postgres-'));
  const asNobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  if (asNobody.length > 0) execFileSync('chown', ['65534:65534', dir]);
  chmodSync(dir, 0o700);
  const dataDir = join(dir, 'data');
  const run = (program: string, args: readonly string[]) => {
    const [first = '', ...rest] = [...asNobody, join(findBinDir() ?? '', program), ...args];
    return { first, rest };
  };
  const initdb = run('initdb', ['-D', dataDir, '-U', 'slipway', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N']);
  execFileSync(initdb.first, initdb.rest, { cwd: '/', stdio: 'pipe' });
  const settings = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${dir}`];
  const postgres = run('postgres', ['-D', dataDir, ...settings]);
  const child = spawn(postgres.first, postgres.rest, { cwd: '/', stdio: 'ignore' });
  const connectionString = `postgresql://slipway@/postgres?host=${encodeURIComponent(dir)}`;
  await untilAccepting(child, connectionString);
  return {
    connectionString,
    async [Symbol.asyncDispose]() {
      // SIGINT is Postgres' fast shutdown: it ends the sessions instead of waiting for them.
      child.kill('SIGINT');
      await once(child, 'exit');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function untilAccepting(child: ChildProcess, connectionString: string): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const client = new pg.Client({ connectionString });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`Postgres ended with code ${child.exitCode}`, { cause: error });
      if (Date.now() > deadline) throw new Error('Postgres did not start in time', { cause: error });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
