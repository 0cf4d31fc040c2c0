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

export interface HaproxyControl {
  /** The answer without its end. Throws HaproxyFault when HAProxy cannot be asked. */
  ask(command: string): Promise<string>;
  /** Runs commands in order and throws HaproxyFault at the first whose answer is neither empty nor accepted. */
  run(commands: readonly string[]): Promise<void>;
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
/** Answers that mean "done" besides none at all. */
const ACCEPTED_ANSWERS: readonly string[] = ['New server registered.', 'Server deleted.'];

export function createHaproxyControl(controlSocket: string): HaproxyControl {
  let line: ControlLine | undefined;
  function open(): ControlLine {
    if (!line || line.closed) line = new ControlLine(controlSocket);
    return line;
  }
  async function ask(command: string): Promise<string> {
    if (/[\n;]/.test(command)) throw new TypeError('A command of HAProxy is one line');
    return open().ask(command);
  }
  return {
    ask,
    async run(commands) {
      const answers = await Promise.allSettled(commands.map(ask));
      for (const [at, answer] of answers.entries()) {
        if (answer.status === 'rejected') throw answer.reason;
        if (!isAccepted(answer.value)) throw new HaproxyFault(commands[at] ?? '', firstLine(answer.value));
      }
    },
    close: () => line?.close(),
  };
}

function isAccepted(answer: string): boolean {
  return answer === '' || ACCEPTED_ANSWERS.includes(answer.trim());
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

  ask(command: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    if (this.#waiting.length >= COMMANDS_PENDING_MAX) reject(new HaproxyFault(command, 'too many commands wait'));
    else this.#send({ command, resolve, reject });
    return promise;
  }

  close(): void {
    this.#fail(new Error('the connection was closed by us'));
  }

  #send(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#socket.write(`${waiting.command}\n`);
    this.#armTimer();
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
      this.#waiting.shift()?.resolve(answer.replace(/\n$/, ''));
      this.#armTimer();
    }
  }

  #fail(cause: Error): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.#timer);
    this.#socket.destroy();
    for (const { command, reject } of this.#waiting.splice(0)) reject(new HaproxyFault(command, '', { cause }));
  }
}
