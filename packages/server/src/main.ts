/** The daemon: `node packages/server/src/main.ts --config STATE_DIR/platform.json [--purge]`. */
import { startProgram } from '@slipway/kernel';
import { startProgramsBy } from '@slipway/process';
import { runDaemon } from './life/run-daemon.ts';
import { wirePlatform } from './wire.ts';

// A start by Node.js copies the page tables of all that the daemon holds.
startProgramsBy(startProgram);
await runDaemon(process.argv.slice(2), wirePlatform);
