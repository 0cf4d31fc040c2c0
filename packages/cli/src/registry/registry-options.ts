/** Options of `registry create` and `registry update`: those of a registry secret in other spellings. */
import type { OptionTable } from '../command.ts';
import { OUTPUT_OPTION } from '../output/render-output.ts';
import { SECRET_OPTIONS } from '../secret/secret-options.ts';
import { NAME, QUIET } from '../shared-options.ts';

const { email, password, passwordFromFile, passwordFromJsonFile, server, username } = SECRET_OPTIONS;

export const REGISTRY_OPTIONS = {
  name: NAME,
  server,
  username,
  password: { ...password, names: ['--password', '-p'] },
  passwordFromFile: { ...passwordFromFile, names: ['--password-from-file', '--pf'] },
  passwordFromJsonFile: { ...passwordFromJsonFile, names: ['--password-from-json-file', '--pfj'] },
  email: { ...email, names: ['--email', '-e'] },
  output: OUTPUT_OPTION,
  quiet: QUIET,
} as const satisfies OptionTable;
