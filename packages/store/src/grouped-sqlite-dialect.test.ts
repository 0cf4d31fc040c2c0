import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { Kysely, sql } from 'kysely';
import { BEGIN_RELAXED, groupedSqliteDialect } from './grouped-sqlite-dialect.ts';

interface Bed {
  readonly database: Kysely<{ thing: { name: string } }>;
  /** What another process sees: only what was committed. */
  readonly outside: DatabaseSync;
  readonly insert: (name: string) => Promise<unknown>;
  readonly names: () => readonly unknown[];
  /** Commits so far, as an outside connection counts them. */
  readonly commits: () => number;
}

function openBed(t: TestContext): Bed {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-grouped-'));
  const path = join(dir, 'file.sqlite');
  const file = new DatabaseSync(path);
  file.exec('pragma journal_mode = wal; create table thing (name text primary key) strict');
  const database = new Kysely<{ thing: { name: string } }>({ dialect: groupedSqliteDialect(file) });
  const outside = new DatabaseSync(path);
  t.after(async () => {
    outside.close();
    await database.destroy();
    rmSync(dir, { recursive: true });
  });
  return {
    database,
    outside,
    insert: (name) => database.insertInto('thing').values({ name }).execute(),
    names: () =>
      outside
        .prepare('select name from thing order by name')
        .all()
        .map((row) => row['name']),
    commits: () => Number(outside.prepare('pragma data_version').get()?.['data_version']),
  };
}

test('writes that come together share one commit, and are there when they are answered', async (t) => {
  const { insert, names, commits } = openBed(t);
  const before = commits();
  await Promise.all(Array.from({ length: 50 }, (_none, at) => insert(`n${at}`)));
  assert.equal(names().length, 50);
  assert.equal(commits() - before, 1);
});

test('more writes than one group takes all arrive', async (t) => {
  const { insert, names } = openBed(t);
  await Promise.all(Array.from({ length: 1500 }, (_none, at) => insert(`n${at}`)));
  assert.equal(names().length, 1500);
});

test('a read does not tell what is not committed yet', async (t) => {
  const { database, insert, names } = openBed(t);
  const written = insert('a');
  const seen = await database.selectFrom('thing').selectAll().execute();
  assert.deepEqual(
    seen.map(({ name }) => name),
    ['a'],
  );
  assert.deepEqual(names(), ['a']);
  await written;
});

test('a statement that breaks a rule undoes itself alone', async (t) => {
  const { insert, names } = openBed(t);
  const all = await Promise.allSettled([insert('a'), insert('a'), insert('b')]);
  assert.deepEqual(
    all.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(names(), ['a', 'b']);
});

test('a transaction has the file for itself, and takes back what it did', async (t) => {
  const { database, insert, names } = openBed(t);
  const failing = database.transaction().execute(async (transaction) => {
    await transaction.insertInto('thing').values({ name: 'taken back' }).execute();
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error('enough');
  });
  await Promise.all([insert('beside'), assert.rejects(failing, /enough/)]);
  await insert('after');
  assert.deepEqual(names(), ['after', 'beside']);
});

test('a relaxed transaction leaves the file as strict as it was', async (t) => {
  const { database, names } = openBed(t);
  const strictness = async (on = database) => {
    const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(on);
    return rows[0]?.synchronous;
  };
  const before = await strictness();
  await database.connection().execute(async (connection) => {
    await sql.raw(BEGIN_RELAXED).execute(connection);
    assert.equal(await strictness(connection), 1);
    await connection.insertInto('thing').values({ name: 'a' }).execute();
    await sql.raw('commit').execute(connection);
  });
  assert.deepEqual(names(), ['a']);
  assert.equal(await strictness(), before);
});
