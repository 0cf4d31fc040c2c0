/** What a command that is offered needs behind it to mean this platform: nothing for the default one. */
import { DEFAULT_PLATFORM } from './allocate-platform.ts';

export function platformFlag(name: string): string {
  return name === DEFAULT_PLATFORM ? '' : ` --platform ${name}`;
}
