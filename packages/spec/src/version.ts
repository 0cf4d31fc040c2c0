/** The version of the platform, of its API server and of its command line: they are released together. */
export const PLATFORM_VERSION = '0.1.0';
