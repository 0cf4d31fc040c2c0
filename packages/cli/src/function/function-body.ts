/** From options to the settings of a function, as the API takes them. Pure. */
import type { EnvVarPrototype, FunctionPatch } from '@slipway/spec';
import { changedEnv, given, sizeSettings, visibilityFor } from '../runtime/runtime-body.ts';
import { UsageFault } from '../usage-fault.ts';
import type { FunctionOptions } from './function-options.ts';

/** Only what was given but the code itself; `current` are the variables that the function has. */
export function functionSettings(
  options: FunctionOptions,
  current: readonly EnvVarPrototype[] = [],
): Omit<FunctionPatch, 'code_reference'> {
  return given({
    ...sizeSettings(options),
    code_main: options.main,
    code_secret: options.codeBundleSecret,
    managed_domain_mappings: visibilityFor(options.visibility),
    run_env_variables: changedEnv(current, options),
    runtime: options.runtime,
    scale_down_delay: options.scaleDownDelay,
    scale_max_execution_time: options.maxExecutionTime,
  });
}

/** The code of a file as a reference of the API (RFC 2397). */
export function inlineReference(code: Uint8Array): string {
  return `data:text/plain;base64,${Buffer.from(code).toString('base64')}`;
}

/** The code of a reference; undefined when it lies elsewhere. */
export function inlineCodeOf(reference: string): Uint8Array | undefined {
  const match = /^data:([^,]*),(.*)$/s.exec(reference);
  if (!match) return undefined;
  const [, head = '', body = ''] = match;
  return head.endsWith(';base64') ? Buffer.from(body, 'base64') : Buffer.from(decodeURIComponent(body));
}

/** Where the code of the function is to come from; undefined when the options do not say. */
export function codeChoiceOf(options: FunctionOptions): 'file' | 'bundle' | undefined {
  const { inlineCode, codeBundle, buildSource } = options;
  if (buildSource !== undefined) {
    throw new UsageFault('Building a code bundle (--build-source) is not available yet', [
      'One file without further packages: --inline-code FILE',
    ]);
  }
  if (inlineCode !== undefined && codeBundle !== undefined)
    throw new UsageFault('Cannot use --inline-code with --code-bundle: one of them');
  if (inlineCode !== undefined) return 'file';
  return codeBundle === undefined ? undefined : 'bundle';
}
