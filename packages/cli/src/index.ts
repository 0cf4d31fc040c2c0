/** The command line is a program and starts at main.ts; tables and entry are exported for the reference page and tests. */
export { COMMANDS } from './command-table.ts';
export { EXIT_CODES } from './exit-code.ts';
export { runIbmcloud } from './ibmcloud/run-ibmcloud.ts';
export { runCommand } from './run-command.ts';
