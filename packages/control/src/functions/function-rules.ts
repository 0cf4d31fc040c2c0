/** What a function may be told, beyond the schema: pure rules over complete settings, asked in order. Code is not shown. */
import { FUNCTION_LIMITS, FUNCTION_SIZES } from '@slipway/spec';
import { environmentProblem } from '../environment/environment-rules.ts';
import { parseImageReference } from '../image-reference.ts';
import type { FieldProblem } from '../refuse.ts';
import { sizeProblem, unavailableProblem } from '../runtime-rules.ts';
import { FUNCTION_VARIABLES } from './function-environment.ts';
import { FUNCTION_RUNTIMES, runtimeOf } from './function-runtimes.ts';
import type { FunctionSettings } from './function-settings.ts';

const INLINE_PREFIX = 'data:';
const INLINE_PATTERN = /^data:[a-zA-Z0-9.+/;=-]*,/;
const BASE64_PATTERN = /^[A-Za-z0-9+/]*={0,2}$/;
const BUNDLE_PREFIX = 'cr://';
const CODE_FIX = 'Write data:text/plain;base64,<code>, or cr://registry/namespace/name:tag';

export function functionSettingsProblem(settings: FunctionSettings): FieldProblem | undefined {
  return (
    runtimeProblem(settings) ??
    codeProblem(settings) ??
    unavailableProblem(settings) ??
    sizeProblem(settings, FUNCTION_SIZES) ??
    concurrencyProblem(settings) ??
    environmentProblem(settings.run_env_variables, FUNCTION_VARIABLES)
  );
}

function runtimeProblem({ runtime: value }: FunctionSettings): FieldProblem | undefined {
  if (runtimeOf(value)) return undefined;
  const known = FUNCTION_RUNTIMES.filter((runtime) => !runtime.deprecated).map(({ id }) => id);
  return { field: 'runtime', value, rule: 'there is no such runtime', fix: `Take one of ${known.join(', ')}` };
}

function codeProblem({ code_reference: code, code_secret: secret }: FunctionSettings): FieldProblem | undefined {
  const field = 'code_reference';
  if (code.startsWith(INLINE_PREFIX)) {
    const [head = ''] = INLINE_PATTERN.exec(code) ?? [];
    const bytes = Buffer.byteLength(code);
    const hasBase64 = head.endsWith(';base64,');
    const isSound = head !== '' && (!hasBase64 || BASE64_PATTERN.test(code.slice(head.length)));
    if (!isSound) return { field, value: 'data:…', rule: 'it is no data URL', fix: CODE_FIX };
    if (secret !== undefined) {
      const rule = 'inline code is not pulled from anywhere';
      return { field: 'code_secret', value: secret, rule, fix: 'Leave it out' };
    }
    if (bytes <= FUNCTION_LIMITS.inlineCodeBytesMax) return undefined;
    const rule = `inline code may have ${FUNCTION_LIMITS.inlineCodeBytesMax} bytes`;
    return { field, value: `${bytes} bytes`, rule, fix: 'Build a code bundle, and name it by cr://' };
  }
  const isBundle = code.startsWith(BUNDLE_PREFIX) && parseImageReference(code.slice(BUNDLE_PREFIX.length));
  return isBundle
    ? undefined
    : { field, value: code, rule: 'it is neither inline code nor a code bundle', fix: CODE_FIX };
}

function concurrencyProblem({ scale_concurrency: value, runtime }: FunctionSettings): FieldProblem | undefined {
  if (value === 1 || runtimeOf(runtime)?.family === 'nodejs') return undefined;
  const rule = `a function of ${runtime} works on one request at a time`;
  return { field: 'scale_concurrency', value, rule, fix: 'Take 1, or a Node.js runtime' };
}
