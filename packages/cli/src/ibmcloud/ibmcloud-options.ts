/** Options that commands of `ibmcloud` share. They take JSON in either case, as the public program does. */
import type { OptionSpec } from '../command.ts';
import { QUIET } from '../shared-options.ts';

export const JSON_OUTPUT = {
  names: ['--output', '-o'],
  kind: 'value',
  summary: 'form of the output',
  values: ['json', 'JSON'],
} as const satisfies OptionSpec;

export const SHORT = { ...QUIET, summary: 'print less' } as const;

export const REGION = {
  names: ['-r', '--region'],
  kind: 'value',
  summary: 'region; whatever it is called, it is this platform',
} as const satisfies OptionSpec;

export const RESOURCE_GROUP = {
  names: ['-g', '--resource-group'],
  kind: 'value',
  summary: 'resource group; whatever it is called, it is this platform',
} as const satisfies OptionSpec;

export const ACCOUNT = {
  names: ['-c', '--account'],
  kind: 'value',
  summary: 'account; a platform is one',
} as const satisfies OptionSpec;

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
