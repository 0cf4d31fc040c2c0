export type { PlatformConfig } from './platform-config.ts';
