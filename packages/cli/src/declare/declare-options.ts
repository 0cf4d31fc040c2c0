/** Options that `apply` and `diff` share. */
import type { OptionTable } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { OUTPUT_OPTION } from '../output/render-output.ts';
import { QUIET } from '../shared-options.ts';

export const DECLARE_OPTIONS = {
  filename: {
    names: ['--filename', '-f'],
    kind: 'list',
    summary: 'declaration: a file, a folder of them, or - for standard input',
    default: 'slipway.yaml',
  },
  set: { names: ['--set'], kind: 'value', summary: 'name under which is remembered what this declaration made' },
  prune: {
    names: ['--prune'],
    kind: 'flag',
    summary: 'delete what this set made before and no longer declares',
    default: 'false',
  },
  output: OUTPUT_OPTION,
  quiet: QUIET,
} as const satisfies OptionTable;

export function outputPaint({ terminal }: CommandContext): { readonly hasColor: boolean } {
  return { hasColor: terminal.outputHasColor === true };
}
