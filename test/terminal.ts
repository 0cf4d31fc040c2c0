/**
 * Runs a program under a real pseudo-terminal, by Python's `pty`, and types into it. What the terminal would show comes
 * back as it was written, with its cursor moves. Standard output can go to a pipe, as in `url=$(slipway deploy)`.
 */
import { runProcess } from '@slipway/process';

export interface Typed {
  /** Once the terminal has shown this (a regular expression of Python), */
  readonly after: string;
  /** this is typed. Ctrl-C is `\u0003`. */
  readonly text: string;
}

export interface TerminalRun {
  readonly typed?: readonly Typed[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Standard output is no part of the terminal. */
  readonly pipesOutput?: boolean;
}

export interface TerminalResult {
  readonly code: number;
  /** What the terminal was sent. */
  readonly shown: string;
  /** What went to the pipe. */
  readonly output: string;
}

const TIMEOUT_MS = 180_000;

const PYTHON = `
import fcntl, json, os, pty, re, select, struct, sys, termios, time
job = json.loads(sys.argv[1])
read_end, write_end = os.pipe()
pid, terminal = pty.fork()
if pid == 0:
    if job["pipes"]: os.dup2(write_end, 1)
    os.close(read_end); os.close(write_end)
    os.chdir(job["cwd"])
    os.execvpe(job["argv"][0], job["argv"], job["env"])
os.close(write_end)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
shown, output, typed, end = b"", b"", job["typed"], time.time() + job["seconds"]
sources = [terminal, read_end]
while sources and time.time() < end:
    for source in select.select(sources, [], [], 1)[0]:
        try: data = os.read(source, 65536)
        except OSError: data = b""
        if not data: sources.remove(source)
        elif source == terminal: shown += data
        else: output += data
    while typed and re.search(typed[0]["after"], shown.decode("utf8", "replace")):
        os.write(terminal, typed.pop(0)["text"].encode())
if sources: os.kill(pid, 9)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps({"code": code, "shown": shown.decode("utf8", "replace"), "output": output.decode("utf8", "replace")}))
`;

/** Why there is no pseudo-terminal here; undefined when there is. */
export async function terminalProblem(): Promise<string | undefined> {
  try {
    await runProcess(['python3', '-c', 'import pty, termios'], {});
    return undefined;
  } catch {
    return 'python3 with its module pty is not on this machine';
  }
}

export async function runInTerminal(argv: readonly string[], run: TerminalRun = {}): Promise<TerminalResult> {
  const { NODE_TEST_CONTEXT: _context, SLIPWAY_PLATFORM: _platform, CI: _ci, NO_COLOR: _color, ...env } = process.env;
  const job = {
    argv,
    env: { ...env, TERM: 'xterm-256color', ...run.env },
    cwd: run.cwd ?? process.cwd(),
    typed: run.typed ?? [],
    pipes: run.pipesOutput === true,
    seconds: TIMEOUT_MS / 1000,
  };
  const { stdout } = await runProcess(['python3', '-c', PYTHON, JSON.stringify(job)], {
    timeoutMs: TIMEOUT_MS + 10_000,
  });
  return JSON.parse(stdout) as TerminalResult;
}

/** As a person reads it in the end: lines that were drawn over are gone, and so are colours. */
export function lastSeen(shown: string): string {
  const lines = shown.replaceAll('\r\n', '\n').split('\n');
  return (
    lines
      .map((line) => line.split('\r\u001b[K').at(-1) ?? '')
      // oxlint-disable-next-line no-control-regex -- colours are what is removed
      .map((line) => line.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, ''))
      .join('\n')
  );
}
