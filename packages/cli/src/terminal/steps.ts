/**
 * Shows steps with their time on stderr. On a terminal: one line per step that is redrawn, its output folded into the
 * last line of it, and unfolded (the last lines) only when the step fails. Elsewhere: plain lines with the time of day.
 */
import { styleText } from 'node:util';
import type { Step, StepReporter } from '@slipway/setup';
import type { Terminal } from '../command-context.ts';

const REDRAW_MS = 100;
const LINES_UNFOLDED = 30;
/** Between two lines that differ in a number only. */
const COUNT_PAUSE_MS = 5_000;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;

export interface LoggedStep extends Step {
  /** A line of the step's own output. */
  log(line: string): void;
  /** A part of the step is over: a line of its own that stays. */
  part(text: string): void;
}

export interface Steps extends StepReporter {
  begin(title: string): LoggedStep;
}

export interface StepsOptions {
  readonly quiet: boolean;
  /** Once aborted, a step that fails was only left alone. */
  readonly signal: AbortSignal;
}

export function createSteps(terminal: Terminal, { quiet, signal }: StepsOptions): Steps {
  if (quiet) return { begin: () => quietStep(terminal, signal) };
  const make = terminal.isInteractive ? liveStep : plainStep;
  return { begin: (title) => make(terminal, title, signal) };
}

/** Says nothing unless it fails: then its last output is what one needs. */
function quietStep(terminal: Terminal, signal: AbortSignal): LoggedStep {
  const tail = createTail();
  return {
    progress: () => undefined,
    log: tail.add,
    part: () => undefined,
    done: () => undefined,
    failed() {
      if (!signal.aborted) for (const line of tail.lines()) terminal.writeError(`${line}\n`);
    },
  };
}

function plainStep(terminal: Terminal, title: string, signal: AbortSignal): LoggedStep {
  const begun = performance.now();
  let ended = false;
  let shown = '';
  let shownAt = 0;
  const write = (text: string) => terminal.writeError(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
  write(`${title} …`);
  const end = (what: string, detail: string | undefined): void => {
    if (ended) return;
    ended = true;
    write(`${title}: ${what} ${spent(begun)}${detail === undefined ? '' : `, ${detail}`}`);
  };
  return {
    progress(text) {
      // A percentage that counts up is one piece of news, said again from time to time.
      const news = text.replaceAll(/\d+/g, '#');
      if (news === shown && performance.now() - shownAt < COUNT_PAUSE_MS) return;
      if (news !== shown || /\d/.test(text)) write(`  ${text}`);
      shown = news;
      shownAt = performance.now();
    },
    log: (line) => write(`  | ${line}`),
    part: (text) => write(`  ${text}`),
    done: (detail) => end('done in', detail),
    failed: (detail) => end(signal.aborted ? 'left after' : 'failed after', detail),
  };
}

function liveStep(terminal: Terminal, title: string, signal: AbortSignal): LoggedStep {
  const begun = performance.now();
  const tail = createTail();
  let detail = '';
  let frame = 0;
  let ended = false;
  const paint = (style: 'green' | 'red' | 'cyan' | 'dim', text: string) =>
    terminal.hasColor ? styleText(style, text, { validateStream: false }) : text;
  const draw = () => {
    frame = (frame + 1) % FRAMES.length;
    const head = `${FRAMES[frame]} ${title}  ${spent(begun)}`;
    const room = terminal.columns() - head.length - 4;
    const shown = room > 8 ? `  ${printable(detail).slice(0, room)}` : '';
    terminal.writeError(`\r\u001b[K${paint('cyan', FRAMES[frame] ?? '')}${head.slice(1)}${paint('dim', shown)}`);
  };
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();
  draw();
  const end = (mark: string, text: string | undefined): void => {
    if (ended) return;
    ended = true;
    clearInterval(timer);
    terminal.writeError(
      `\r\u001b[K${mark} ${title}  ${spent(begun)}${text === undefined ? '' : paint('dim', `  ${text}`)}\n`,
    );
  };
  return {
    progress: (text) => void (detail = text),
    log(line) {
      detail = line;
      tail.add(line);
    },
    part(text) {
      terminal.writeError(`\r\u001b[K  ${paint('green', '✓')} ${paint('dim', printable(text))}\n`);
      detail = '';
      draw();
    },
    done: (text) => end(paint('green', '✓'), text),
    failed(text) {
      const isFirst = !ended;
      end(signal.aborted ? paint('dim', '-') : paint('red', '✗'), text);
      if (isFirst && !signal.aborted)
        for (const line of tail.lines()) terminal.writeError(`  ${paint('dim', '|')} ${line}\n`);
    },
  };
}

function createTail(): { readonly add: (line: string) => void; readonly lines: () => readonly string[] } {
  const kept: string[] = [];
  return {
    add(line) {
      kept.push(line);
      if (kept.length > LINES_UNFOLDED) kept.shift();
    },
    lines: () => kept,
  };
}

/** A program's line on our line: its colours and cursor moves would break the redraw. */
export function printable(line: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is removed
  return line.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll(/[\u0000-\u001f\u007f]/g, ' ');
}

function spent(begun: number): string {
  return formatSpan(performance.now() - begun);
}

export function formatSpan(spanMs: number): string {
  if (spanMs < 60_000) return `${(spanMs / 1000).toFixed(1)} s`;
  return `${Math.floor(spanMs / 60_000)} min ${Math.round((spanMs % 60_000) / 1000)} s`;
}
