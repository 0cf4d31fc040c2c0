/** The command line is a program, not a library: it starts at main.ts and exports nothing. */
export {};
