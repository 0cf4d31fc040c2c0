/**
 * The `slipway` program, and under its other name `ibmcloud`: gives the command the real terminal, and turns Ctrl-C into
 * an abort.
 */
import { runIbmcloud } from './ibmcloud/run-ibmcloud.ts';
import { runCommand } from './run-command.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => {
  // The second one ends the program at once.
  interrupted.abort(new DOMException('Interrupted', 'AbortError'));
});
process.once('SIGTERM', () => interrupted.abort(new DOMException('Interrupted', 'AbortError')));
// `slipway app logs | head` closes our output early: that is a normal end.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** The launcher puts it first when it was started under that name. */
const OTHER_NAME = 'ibmcloud';
const words = process.argv.slice(2);
const isOther = words[0] === OTHER_NAME;

process.exitCode = await (isOther ? runIbmcloud : runCommand)({
  words: isOther ? words.slice(1) : words,
  env: process.env,
  cwd: process.cwd(),
  signal: interrupted.signal,
  terminal: {
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true && process.env['TERM'] !== 'dumb',
    hasColor: process.stderr.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
    columns: () => process.stderr.columns ?? 100,
  },
});
