/** The command line is a program and starts at main.ts; its tables are exported for the reference page. */
export { COMMANDS } from './command-table.ts';
export { EXIT_CODES } from './exit-code.ts';
