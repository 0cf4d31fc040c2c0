/** Exit codes are part of the interface: scripts branch on them. */
export const EXIT_CODES = {
  success: 0,
  failure: 1,
  usage: 2,
  not_found: 3,
  auth: 4,
  conflict: 5,
  build: 6,
  unhealthy: 7,
  timeout: 8,
  interrupted: 130,
} as const;

export type ExitName = keyof typeof EXIT_CODES;
