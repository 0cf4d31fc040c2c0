/**
 * The daemon's own log: one JSON object per line, in files of bounded size and number. Written synchronously, because
 * the line that matters most is the last one before a crash; the daemon logs changes and faults, not traffic. Fields
 * whose name speaks of a secret are never written.
 */
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { inspect } from 'node:util';
import type { ControlLog } from '@slipway/control';

const FILE_BYTES_MAX = 8 * 1024 * 1024;
/** The one being written and its predecessors, `.1` the youngest. */
const FILES_MAX = 4;
const LINE_CHARACTERS_MAX = 16 * 1024;
const SECRET_NAME = /token|password|secret|authorization|credential|api_?key/i;

export const LOG_LEVELS = ['info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFields = Readonly<Record<string, unknown>>;

export interface FileLog extends ControlLog {
  close(): void;
}

export interface FileLogOptions {
  readonly path: string;
  readonly fileBytesMax?: number;
  readonly filesMax?: number;
  readonly now?: () => Date;
}

export function openFileLog(options: FileLogOptions): FileLog {
  const { path, fileBytesMax = FILE_BYTES_MAX, filesMax = FILES_MAX, now = () => new Date() } = options;
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  let file = openSync(path, 'a', 0o640);
  let size = fstatSync(file).size;

  function rotate(): void {
    closeSync(file);
    for (let number = filesMax - 1; number > 0; number -= 1) {
      renameIfThere(number === 1 ? path : `${path}.${number - 1}`, `${path}.${number}`);
    }
    file = openSync(path, filesMax > 1 ? 'a' : 'w', 0o640);
    size = 0;
  }

  function write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    const line = Buffer.from(renderLogLine(now(), level, { message, ...(fields && { fields }) }));
    if (size > 0 && size + line.length > fileBytesMax) rotate();
    // A log that cannot be written (disk full) must not stop what it tells about.
    try {
      size += writeSync(file, line);
    } catch {
      size += line.length;
    }
  }

  return {
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    close: () => closeSync(file),
  };
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** Pure: one line with its newline. A line that is too long keeps its message and loses its fields. */
export function renderLogLine(
  at: Date,
  level: LogLevel,
  { message, fields = {} }: { readonly message: string; readonly fields?: LogFields },
): string {
  const head = { at: at.toISOString(), level, message: message.slice(0, LINE_CHARACTERS_MAX / 2) };
  const line = JSON.stringify({ ...head, ...fields, ...head }, withoutSecrets);
  if (line.length <= LINE_CHARACTERS_MAX) return `${line}\n`;
  return `${JSON.stringify({ ...head, cut: line.slice(0, LINE_CHARACTERS_MAX / 4) })}\n`;
}

function withoutSecrets(name: string, value: unknown): unknown {
  if (SECRET_NAME.test(name) && value !== undefined) return '[not logged]';
  if (value instanceof Error) return inspect(value, { depth: 4 });
  return typeof value === 'bigint' ? String(value) : value;
}
