/**
 * The log of a build run: one JSON entry per line in a file, bounded, readable while it grows and after a restart.
 * Beyond the bound nothing more is written but one line that says so; the outcome still names the failure.
 */
import { EventEmitter, on } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { LogEntry } from '@slipway/engine';

export interface BuildLogKey {
  readonly projectId: string;
  readonly buildRunName: string;
}

export interface BuildLogWriter {
  write(text: string, stream?: 'stdout' | 'stderr'): void;
  close(): Promise<void>;
}

export interface BuildLogs {
  open(key: BuildLogKey): Promise<BuildLogWriter>;
  read(
    key: BuildLogKey,
    options: { readonly follow: boolean; readonly tail?: number },
    signal: AbortSignal,
  ): AsyncIterable<LogEntry>;
  remove(key: BuildLogKey): Promise<void>;
  removeProject(projectId: string): Promise<void>;
}

const FILE_BYTES_MAX_DEFAULT = 8 * 1024 * 1024;
const READ_CHUNK_BYTES = 256 * 1024;
const TAIL_LINES_MAX = 10_000;

export function createBuildLogs(stateDir: string, fileBytesMax: number = FILE_BYTES_MAX_DEFAULT): BuildLogs {
  const growing = new Map<string, EventEmitter>();
  function dirOf(projectId: string): string {
    return join(stateDir, 'builds', checkedName(projectId));
  }
  function pathOf({ projectId, buildRunName }: BuildLogKey): string {
    return join(dirOf(projectId), `${checkedName(buildRunName)}.log`);
  }
  return {
    async open(key) {
      const path = pathOf(key);
      const changed = new EventEmitter();
      // Each follower listens; their number is bounded by the connections the server accepts.
      changed.setMaxListeners(0);
      // Known before the first wait, so that whoever started the build can follow at once.
      growing.set(path, changed);
      await mkdir(dirname(path), { recursive: true });
      const file = createWriteStream(path, { flags: 'w' });
      return writerTo({
        file,
        changed,
        buildRunName: key.buildRunName,
        fileBytesMax,
        onClose: () => growing.delete(path),
      });
    },
    read(key, options, signal) {
      const path = pathOf(key);
      return readEntries({ path, ...options, growing: () => growing.get(path) }, signal);
    },
    remove: (key) => rm(pathOf(key), { force: true }),
    removeProject: (projectId) => rm(dirOf(projectId), { recursive: true, force: true }),
  };
}

/** A part of a path, and nothing that leads out of it. */
function checkedName(part: string): string {
  if (/^[\w.-]+$/.test(part) && !/^\.+$/.test(part)) return part;
  throw new TypeError(`Cannot keep a log for "${part}": not a name`);
}

interface WriterParts {
  readonly file: WriteStream;
  readonly changed: EventEmitter;
  readonly buildRunName: string;
  readonly fileBytesMax: number;
  readonly onClose: () => void;
}

function writerTo({ file, changed, buildRunName, fileBytesMax, onClose }: WriterParts): BuildLogWriter {
  let bytes = 0;
  let full = false;
  let failed = false;
  // A full disk must not end the build; the outcome says what happened to it.
  file.on('error', () => {
    failed = true;
    changed.emit('changed');
  });
  function append(text: string, stream: 'stdout' | 'stderr'): void {
    const entry: LogEntry = { at: new Date().toISOString(), instanceName: buildRunName, stream, text };
    const line = `${JSON.stringify(entry)}\n`;
    bytes += Buffer.byteLength(line);
    file.write(line, () => changed.emit('changed'));
  }
  return {
    write(text, stream = 'stdout') {
      if (full || failed) return;
      append(text, stream);
      if (bytes < fileBytesMax) return;
      full = true;
      append(`The log is longer than ${fileBytesMax} bytes: the rest is left out`, 'stderr');
    },
    async close() {
      if (!failed) {
        file.end();
        await finished(file).catch(() => undefined);
      }
      onClose();
      changed.emit('changed');
    },
  };
}

interface Reading {
  readonly path: string;
  readonly follow: boolean;
  readonly tail?: number;
  /** Emits while the log is written to; undefined when it is finished. */
  readonly growing: () => EventEmitter | undefined;
}

async function* readEntries(reading: Reading, signal: AbortSignal): AsyncGenerator<LogEntry> {
  const position = { offset: 0, rest: Buffer.alloc(0) };
  const emitter = reading.growing();
  // Listening begins before reading, so that no change between the two is missed.
  const changes = emitter && reading.follow ? on(emitter, 'changed', { signal })[Symbol.asyncIterator]() : undefined;
  const first = await readAvailable(reading.path, position);
  const tail = reading.tail === undefined ? first.length : Math.min(reading.tail, TAIL_LINES_MAX);
  yield* tail === 0 ? [] : first.slice(-tail);
  if (!changes) return;
  try {
    while (reading.growing() === emitter) {
      await changes.next();
      yield* await readAvailable(reading.path, position);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await changes.return?.();
  }
}

async function readAvailable(path: string, position: { offset: number; rest: Buffer }): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return entries;
  await using _closing = file;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(READ_CHUNK_BYTES), 0, READ_CHUNK_BYTES, position.offset);
    if (bytesRead === 0) return entries;
    position.offset += bytesRead;
    const text = Buffer.concat([position.rest, buffer.subarray(0, bytesRead)]);
    const end = text.lastIndexOf(0x0a) + 1;
    position.rest = text.subarray(end);
    for (const line of text.subarray(0, end).toString('utf8').split('\n')) {
      if (line !== '') entries.push(JSON.parse(line) as LogEntry);
    }
  }
}
