/** Options of functions. Spellings are those of the public command line. */
import { FUNCTION_DEFAULTS } from '@slipway/spec';
import type { OptionTable, ParsedOptions } from '../command.ts';
import { OUTPUT_OPTION } from '../output/render-output.ts';
import {
  ENV,
  ENV_DROP_OPTIONS,
  ENV_REFERENCE_OPTIONS,
  FORCE_REFERENCES,
  SIZE_OPTIONS,
  UPCOMING_TRUSTED_PROFILES,
  VISIBILITY,
} from '../runtime/runtime-options.ts';
import { SOURCE_CHANGE_OPTIONS, SOURCE_OPTIONS } from '../runtime/source-options.ts';
import { NAME, QUIET, waitOptions, withDefaults } from '../shared-options.ts';

const SETTING_OPTIONS = {
  ...SIZE_OPTIONS,
  main: { names: ['--main', '--fn-main'], kind: 'value', summary: 'function of the code that is called' },
  maxExecutionTime: { names: ['--maxexecutiontime', '--met'], kind: 'number', summary: 'seconds a call may take' },
  scaleDownDelay: {
    names: ['--scale-down-delay', '--sdd'],
    kind: 'number',
    summary: 'seconds an instance stays after a call',
  },
  visibility: VISIBILITY,
} as const satisfies OptionTable;

const SHARED = {
  name: NAME,
  inlineCode: { names: ['--inline-code'], kind: 'value', summary: 'file with the code' },
  codeBundle: { names: ['--code-bundle', '--cb'], kind: 'value', summary: 'code as an image: cr://registry/name:tag' },
  codeBundleSecret: {
    names: ['--code-bundle-secret', '--cs', '--cbs'],
    kind: 'value',
    summary: 'secret to pull the code bundle with',
  },
  ...SOURCE_OPTIONS,
  env: ENV,
  ...ENV_REFERENCE_OPTIONS,
  trustedProfiles: UPCOMING_TRUSTED_PROFILES,
  force: FORCE_REFERENCES,
  output: OUTPUT_OPTION,
  quiet: QUIET,
  ...waitOptions(true),
} as const satisfies OptionTable;

const RUNTIME = {
  names: ['--runtime', '-r'],
  kind: 'value',
  summary: 'what runs the code, e.g. nodejs-22: slipway function runtimes',
} as const;

export const FUNCTION_CREATE_OPTIONS = {
  ...SHARED,
  runtime: { ...RUNTIME, required: true },
  ...withDefaults(SETTING_OPTIONS, {
    cpu: FUNCTION_DEFAULTS.scaleCpuLimit,
    main: FUNCTION_DEFAULTS.codeMain,
    maxExecutionTime: FUNCTION_DEFAULTS.scaleMaxExecutionTimeSeconds,
    memory: FUNCTION_DEFAULTS.scaleMemoryLimit,
    scaleDownDelay: FUNCTION_DEFAULTS.scaleDownDelaySeconds,
    visibility: 'public',
  }),
} as const satisfies OptionTable;

export const FUNCTION_CHANGE_OPTIONS = {
  ...SHARED,
  runtime: RUNTIME,
  ...SETTING_OPTIONS,
  ...ENV_DROP_OPTIONS,
  ...SOURCE_CHANGE_OPTIONS,
} as const satisfies OptionTable;

export type FunctionOptions = Partial<ParsedOptions<typeof FUNCTION_CHANGE_OPTIONS>>;
