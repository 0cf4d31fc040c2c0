/**
 * The list of schema changes, only ever appended to. Each runs once, in order; two starters at the same moment are safe,
 * because everything happens in one transaction that begins with the database's own exclusive lock.
 */
export interface DialectWords {
  /** Begins a transaction and takes the lock that no second starter gets until it ends. */
  readonly beginExclusive: readonly string[];
  /** Type of a text column that compares byte by byte. */
  readonly textType: string;
  /** Type of a column that counts up by itself. */
  readonly counterType: string;
  /** Refuse to change rows of `audit`, to drop those above the mark of their class, and to move a mark back. */
  readonly auditTriggers: readonly string[];
}

function migrationsFor(words: DialectWords): readonly (readonly string[])[] {
  const { textType: text, counterType } = words;
  return [
    [
      `create table resource (
        kind ${text} not null,
        project_id ${text} not null,
        name ${text} not null,
        id ${text} not null,
        entity_tag ${text} not null,
        owner ${text} not null,
        spec text not null,
        status text not null,
        created_at ${text} not null,
        updated_at ${text} not null,
        primary key (kind, project_id, name)
      )`,
      'create index resource_by_owner on resource (kind, project_id, owner, name)',
      `create table event (
        seq ${counterType},
        id ${text} not null unique,
        project_id ${text} not null,
        app_name ${text} not null,
        at ${text} not null,
        content text not null
      )`,
      'create index event_by_app on event (project_id, app_name, seq)',
    ],
    [
      `create table usage_hour (
        hour ${text} not null,
        project_id ${text} not null,
        component_type ${text} not null,
        component_name ${text} not null,
        revision_name ${text} not null,
        cpu_millis bigint not null,
        memory_bytes bigint not null,
        running_ms bigint not null,
        primary key (hour, project_id, component_type, component_name, revision_name, cpu_millis, memory_bytes)
      )`,
      'create index usage_hour_by_project on usage_hour (project_id, hour)',
      `create table usage_run (run_id ${text} not null primary key, metered_until_ms bigint not null)`,
    ],
    [
      'alter table event rename column app_name to name',
      `alter table event add column kind ${text} not null default 'app'`,
      `alter table event add column revision_name ${text} not null default ''`,
      'drop index event_by_app',
      'create index event_by_subject on event (project_id, kind, name, seq)',
      'create index event_by_project on event (project_id, seq)',
    ],
    auditMigration(words),
  ];
}

function auditMigration({ textType: text, counterType, auditTriggers }: DialectWords): readonly string[] {
  return [
    `create table audit (
      seq ${counterType},
      id ${text} not null unique,
      class ${text} not null,
      at ${text} not null,
      user_id ${text} not null,
      credential_kind ${text} not null,
      credential_id ${text} not null,
      source ${text} not null,
      operation ${text} not null,
      action ${text} not null,
      project_id ${text} not null,
      target_kind ${text} not null,
      target_name ${text} not null,
      outcome ${text} not null,
      status integer not null,
      error_code ${text} not null,
      duration_ms bigint not null
    )`,
    'create index audit_by_time on audit (at, seq)',
    'create index audit_by_project on audit (project_id, at, seq)',
    'create index audit_by_class on audit (class, seq)',
    `create table audit_begun (id ${text} not null primary key, content text not null)`,
    `create table audit_mark (class ${text} not null primary key, seq bigint not null)`,
    ...auditTriggers,
  ];
}

/**
 * The statements that bring the schema up to date, with the rows of each handed back. It does no I/O of its own:
 * SQLite must run it without a pause (a waiting second opener blocks the thread), Postgres can only run it with pauses.
 * Whoever drives it sends `rollback` when a statement fails.
 */
export function* migrationSteps(words: DialectWords, now: Date): Generator<string, void, readonly unknown[]> {
  yield* words.beginExclusive;
  yield 'create table if not exists migration (id integer primary key, applied_at text not null)';
  const applied = (yield 'select id from migration') as readonly { readonly id: number }[];
  const done = new Set(applied.map((row) => row.id));
  for (const [id, statements] of migrationsFor(words).entries()) {
    if (done.has(id)) continue;
    yield* statements;
    yield `insert into migration (id, applied_at) values (${id}, '${now.toISOString()}')`;
  }
  yield 'commit';
}
