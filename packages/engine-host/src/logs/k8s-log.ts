/**
 * The log format conmon writes and Kubernetes defined: `TIME STREAM TAG TEXT`, where tag P marks a piece of a longer line
 * that goes on in the next entry of the same stream, and F its end. Pure.
 */
export interface LogLine {
  readonly at: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Pieces of one line are joined up to this length; what is longer becomes several lines. */
const LINE_CHARACTERS_MAX = 64 * 1024;

interface Piece extends LogLine {
  readonly partial: boolean;
}

/** Undefined for a line that is none, e.g. cut by a full disk. */
export function parsePiece(line: string): Piece | undefined {
  const match = /^(\S+) (stdout|stderr) ([PF])(?: (.*))?$/s.exec(line);
  const at = match?.[1] === undefined ? Number.NaN : Date.parse(match[1]);
  if (!match || Number.isNaN(at)) return undefined;
  return {
    at: match[1] as string,
    stream: match[2] as LogLine['stream'],
    partial: match[3] === 'P',
    text: match[4] ?? '',
  };
}

/** Joins pieces to lines; keeps what is not finished for the next call. */
export class LineJoiner {
  readonly #open = new Map<LogLine['stream'], LogLine>();

  push(piece: Piece): LogLine | undefined {
    const begun = this.#open.get(piece.stream);
    const line = { at: begun?.at ?? piece.at, stream: piece.stream, text: (begun?.text ?? '') + piece.text };
    if (piece.partial && line.text.length < LINE_CHARACTERS_MAX) {
      this.#open.set(piece.stream, line);
      return undefined;
    }
    this.#open.delete(piece.stream);
    return line;
  }
}
