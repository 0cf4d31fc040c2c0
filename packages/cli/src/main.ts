/**
 * The `slipway` program, and under its other name `ibmcloud`: gives the command the real terminal, and turns Ctrl-C into
 * an abort.
 */
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
/** A pipeline's terminal is a file that people read later. */
const isPipeline = !['', 'false', '0'].includes(process.env['CI'] ?? '');
const allowsColor = (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';

const run = isOther ? (await import('./ibmcloud/run-ibmcloud.ts')).runIbmcloud : runCommand;

process.exitCode = await run({
  words: isOther ? words.slice(1) : words,
  env: process.env,
  cwd: process.cwd(),
  signal: interrupted.signal,
  terminal: {
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true && process.env['TERM'] !== 'dumb' && !isPipeline,
    hasColor: process.stderr.isTTY === true && allowsColor,
    outputHasColor: process.stdout.isTTY === true && allowsColor,
    columns: () => process.stderr.columns ?? 100,
  },
});
