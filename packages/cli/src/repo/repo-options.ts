/** Options of `repo create` and `repo update`: those of an SSH secret, and the host that it is for. */
import type { OptionTable } from '../command.ts';
import { OUTPUT_OPTION } from '../output/render-output.ts';
import { SECRET_OPTIONS } from '../secret/secret-options.ts';
import { NAME, QUIET } from '../shared-options.ts';

const { keyPath, knownHostsPath } = SECRET_OPTIONS;

export const REPO_OPTIONS = {
  name: NAME,
  host: {
    names: ['--host', '--ho'],
    kind: 'value',
    summary: 'host that the key is for, e.g. github.com; the file of known hosts must name it',
  },
  keyPath,
  knownHostsPath,
  output: OUTPUT_OPTION,
  quiet: QUIET,
} as const satisfies OptionTable;
