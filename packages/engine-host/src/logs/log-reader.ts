/**
 * Reads the logs of an app's instances as one stream ordered by time. Every instance has a cursor (file and offset) that
 * survives rotation; following is the same reading again when a folder changes. Memory is bounded: one piece of a file
 * per instance, and `tail` lines.
 */
import { closeSync, existsSync, openSync, readdirSync, readSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { LogEntry, LogQuery } from '@slipway/engine';
import { parsePiece, LineJoiner } from './k8s-log.ts';
import { logFiles, readLogMeta } from './log-folder.ts';

const PIECE_BYTES = 256 * 1024;
const TAIL_MAX = 100_000;
/** A watcher may miss a change; following looks at least this often. */
const FOLLOW_LOOK_MS = 1000;

/** Reads one instance's files piece by piece, each line once. */
class LogCursor {
  readonly #dir: string;
  readonly #instanceName: string;
  readonly #joiner = new LineJoiner();
  #inode: number | undefined;
  #offset = 0;
  #rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);

  constructor(dir: string, instanceName: string) {
    this.#dir = dir;
    this.#instanceName = instanceName;
  }

  /** The next lines; empty when there is nothing new. */
  read(): readonly LogEntry[] {
    for (;;) {
      const files = existsSync(this.#dir) ? logFiles(this.#dir) : [];
      const index = files.findIndex((file) => file.inode === this.#inode);
      const file = files[Math.max(0, index)];
      if (!file) return [];
      if (index < 0) this.#enter(file.inode);
      const piece = this.#readPiece(file.path);
      if (piece.length > 0) {
        const entries = this.#parse(piece);
        if (entries.length > 0) return entries;
        continue;
      }
      const next = files[index + 1];
      if (index < 0 || !next) return [];
      this.#enter(next.inode);
    }
  }

  #enter(inode: number): void {
    this.#inode = inode;
    this.#offset = 0;
    this.#rest = Buffer.alloc(0);
  }

  #readPiece(path: string): Buffer {
    const file = openSync(path, 'r');
    try {
      const piece = Buffer.alloc(PIECE_BYTES);
      const length = readSync(file, piece, 0, PIECE_BYTES, this.#offset);
      this.#offset += length;
      return piece.subarray(0, length);
    } finally {
      closeSync(file);
    }
  }

  #parse(piece: Buffer): readonly LogEntry[] {
    const content = Buffer.concat([this.#rest, piece]);
    const end = content.lastIndexOf(10);
    this.#rest = content.subarray(end + 1);
    if (end < 0) return [];
    return content
      .subarray(0, end)
      .toString('utf8')
      .split('\n')
      .flatMap((text) => {
        const parsed = parsePiece(text);
        const line = parsed && this.#joiner.push(parsed);
        return line ? [{ ...line, instanceName: this.#instanceName }] : [];
      });
  }
}

interface Source {
  readonly cursor: LogCursor;
  waiting: LogEntry[];
}

/** Cursors of every instance that matches; new instances join while following. */
class LogSources {
  readonly #appDir: string;
  readonly #query: LogQuery;
  readonly #sources = new Map<string, Source>();

  constructor(appDir: string, query: LogQuery) {
    this.#appDir = appDir;
    this.#query = query;
  }

  dirs(): readonly string[] {
    return [...this.#sources.keys()].map((name) => join(this.#appDir, name));
  }

  look(): void {
    const { instanceName, revisionName } = this.#query;
    const names = existsSync(this.#appDir) ? readdirSync(this.#appDir) : [];
    for (const name of this.#sources.keys()) if (!names.includes(name)) this.#sources.delete(name);
    for (const name of names) {
      if (this.#sources.has(name) || (instanceName !== undefined && name !== instanceName)) continue;
      const dir = join(this.#appDir, name);
      if (revisionName !== undefined && readLogMeta(dir)?.revisionName !== revisionName) continue;
      this.#sources.set(name, { cursor: new LogCursor(dir, name), waiting: [] });
    }
  }

  /** What there is now, merged by time. */
  *drain(): Generator<LogEntry> {
    const since = this.#query.since?.getTime();
    for (;;) {
      let earliest: Source | undefined;
      for (const source of this.#sources.values()) {
        if (source.waiting.length === 0) source.waiting = source.cursor.read().toReversed();
        const head = source.waiting.at(-1);
        if (head && (!earliest || timeOf(head) < timeOf(earliest.waiting.at(-1)))) earliest = source;
      }
      const entry = earliest?.waiting.pop();
      if (!entry) return;
      if (since === undefined || timeOf(entry) >= since) yield entry;
    }
  }
}

function timeOf(entry: LogEntry | undefined): number {
  return entry ? Date.parse(entry.at) : Number.POSITIVE_INFINITY;
}

export async function* readInstanceLogs(
  appDir: string,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const sources = new LogSources(appDir, query);
  sources.look();
  if (query.tail === undefined) yield* sources.drain();
  else yield* lastOf(sources.drain(), Math.min(query.tail, TAIL_MAX));
  while (query.follow === true && !signal.aborted) {
    sources.look();
    // Watching begins before reading, so that nothing falls between the two.
    const left = new AbortController();
    const change = changeIn(
      [appDir, ...sources.dirs()].filter((dir) => existsSync(dir)),
      AbortSignal.any([signal, left.signal]),
    );
    try {
      sources.look();
      yield* sources.drain();
      await change;
    } finally {
      left.abort();
    }
  }
}

function lastOf(entries: Iterable<LogEntry>, count: number): readonly LogEntry[] {
  const last: LogEntry[] = [];
  if (count <= 0) {
    for (const _entry of entries) continue;
    return last;
  }
  for (const entry of entries) {
    last.push(entry);
    if (last.length > 2 * count) last.splice(0, last.length - count);
  }
  return last.slice(-count);
}

/** Resolves when something changed in one of the folders, when it is time to look, or when aborted. */
async function changeIn(dirs: readonly string[], signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watchers: FSWatcher[] = [];
  const timer = setTimeout(resolve, FOLLOW_LOOK_MS);
  const wake = () => resolve();
  signal.addEventListener('abort', wake, { once: true });
  try {
    for (const dir of dirs) watchers.push(watch(dir, wake).on('error', wake));
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', wake);
    for (const watcher of watchers) watcher.close();
  }
}
