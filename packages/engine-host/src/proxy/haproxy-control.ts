/**
 * The client of HAProxy's control socket. One connection in interactive mode, commands pipelined one per line; the
 * prompt ends every answer, so answers cannot be confused. HAProxy says nothing about success in a uniform way: each
 * command states which answers mean that it worked, everything else is a HaproxyFault.
 */
import { connect, type Socket } from 'node:net';

/** HAProxy refused a command, or cannot be reached. */
export class HaproxyFault extends Error {
  override readonly name = 'HaproxyFault';
  /** First line of what HAProxy said; '' when it could not be reached. */
  readonly answer: string;

  constructor(command: string, answer: string, options?: ErrorOptions) {
    super(`Cannot run "${command}" in HAProxy${answer === '' ? '' : `: ${answer}`}`, options);
    this.answer = answer;
  }
}

/** One line, or one that is followed by lines of its own, none of them empty. */
export type HaproxyCommand = string | { readonly command: string; readonly payload: string };

export interface HaproxyControl {
  /** The answer without its end. Throws HaproxyFault when HAProxy cannot be asked. */
  ask(command: HaproxyCommand): Promise<string>;
  /** Runs commands in order and throws HaproxyFault at the first whose answer is neither empty nor accepted. */
  run(commands: readonly HaproxyCommand[]): Promise<void>;
  /** Resolves when the connection is lost, as it is at once when HAProxy ends; soon when there is none to be had. */
  untilLost(): Promise<void>;
  close(): void;
}

interface Waiting {
  readonly command: string;
  readonly resolve: (answer: string) => void;
  readonly reject: (error: Error) => void;
}

/** Commands sent and not yet answered; the next are refused instead of piling up. */
const COMMANDS_PENDING_MAX = 20_000;
/** HAProxy answers in well under a millisecond; a process that is stopped must not block us for ever. */
const ANSWER_TIMEOUT_MS = 5_000;
/** The prompt after each answer. */
const PROMPT = '\n> ';
/** HAProxy takes a command with its payload into one buffer of 16 KiB, and waits for ever for the end of a longer one. */
export const PAYLOAD_BYTES_MAX = 14 * 1024;
/** Answers that mean "done" besides none at all. */
const ACCEPTED_ANSWERS = [
  /^(New server registered|Server deleted)\.$/,
  /^New empty certificate store .*!$/,
  /^Transaction (created|updated) for certificate .*!$/,
  /^(Committing|Inserting certificate) [\s\S]*Success!$/,
  /^(Certificate|Entry) .* deleted.*!$/,
];

export function createHaproxyControl(controlSocket: string): HaproxyControl {
  let line: ControlLine | undefined;
  function open(): ControlLine {
    if (!line || line.closed) line = new ControlLine(controlSocket);
    return line;
  }
  async function ask(wanted: HaproxyCommand): Promise<string> {
    const { command, payload } = typeof wanted === 'string' ? { command: wanted, payload: undefined } : wanted;
    if (/[\n;]/.test(command)) throw new TypeError('A command of HAProxy is one line');
    if (payload === undefined) return open().ask(command);
    const lines = payload.trim();
    if (/\n\s*\n/.test(lines)) throw new TypeError('A payload of HAProxy ends at the first empty line');
    if (lines.length > PAYLOAD_BYTES_MAX) throw new HaproxyFault(command, 'the payload is too long');
    return open().ask(command, lines);
  }
  return {
    ask,
    async run(commands) {
      const answers = await Promise.allSettled(commands.map(ask));
      for (const [at, answer] of answers.entries()) {
        if (answer.status === 'rejected') throw answer.reason;
        if (!isAccepted(answer.value)) throw new HaproxyFault(nameOf(commands[at] ?? ''), firstLine(answer.value));
      }
    },
    untilLost: () => open().lost.promise,
    close: () => line?.close(),
  };
}

/** A payload may be a key, and is part of no message. */
function nameOf(command: HaproxyCommand): string {
  return typeof command === 'string' ? command : command.command;
}

export function isAccepted(answer: string): boolean {
  const said = answer.trim();
  return said === '' || ACCEPTED_ANSWERS.some((accepted) => accepted.test(said));
}

function firstLine(answer: string): string {
  return answer.trim().split('\n', 1)[0] ?? '';
}

class ControlLine {
  readonly #socket: Socket;
  /** The first answer belongs to `prompt` itself. */
  readonly #waiting: Waiting[] = [];
  #text = '';
  #timer: NodeJS.Timeout | undefined;
  #isGathering = false;
  readonly lost = Promise.withResolvers<void>();
  closed = false;

  constructor(path: string) {
    this.#socket = connect(path);
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (chunk: string) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the connection was closed')));
    this.#socket.unref();
    this.#send({ command: 'prompt', resolve: () => undefined, reject: () => undefined });
  }

  ask(command: string, payload?: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    if (this.#waiting.length >= COMMANDS_PENDING_MAX) reject(new HaproxyFault(command, 'too many commands wait'));
    else this.#send({ command, resolve, reject }, payload);
    return promise;
  }

  close(): void {
    this.#fail(new Error('the connection was closed by us'));
  }

  #send(waiting: Waiting, payload?: string): void {
    this.#waiting.push(waiting);
    this.#gather();
    this.#socket.write(payload === undefined ? `${waiting.command}\n` : `${waiting.command} <<\n${payload}\n\n`);
    this.#armTimer();
  }

  /** What is asked in one turn leaves in one write, and HAProxy is woken once for it. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      this.#socket.uncork();
    });
  }

  /** A process with an unanswered command stays alive for it; an idle line does not hold the process. */
  #armTimer(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0) {
      this.#socket.unref();
      return;
    }
    this.#socket.ref();
    this.#timer = setTimeout(
      () => this.#fail(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`)),
      ANSWER_TIMEOUT_MS,
    );
  }

  #read(chunk: string): void {
    this.#text += chunk;
    for (let end = this.#text.indexOf(PROMPT); end !== -1; end = this.#text.indexOf(PROMPT)) {
      const answer = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + PROMPT.length);
      // Each line of a payload is answered with a prompt of its own.
      this.#waiting.shift()?.resolve(answer.replace(/^(\+ )+/, '').replace(/\n$/, ''));
      this.#armTimer();
    }
  }

  #fail(cause: Error): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.#timer);
    this.#socket.destroy();
    for (const { command, reject } of this.#waiting.splice(0)) reject(new HaproxyFault(command, '', { cause }));
    this.lost.resolve();
  }
}
