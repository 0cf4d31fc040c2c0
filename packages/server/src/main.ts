/** The daemon: `node packages/server/src/main.ts --config STATE_DIR/platform.json [--purge]`. */
import { runDaemon } from './life/run-daemon.ts';
import { wirePlatform } from './wire.ts';

await runDaemon(process.argv.slice(2), wirePlatform);
