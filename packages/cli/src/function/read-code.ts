/** The code of a function from the options, as the API refers to it. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandFault } from '../usage-fault.ts';
import { codeChoiceOf, inlineReference } from './function-body.ts';
import type { FunctionOptions } from './function-options.ts';

/** Undefined when the options name no code. */
export async function readCode(options: FunctionOptions, cwd: string): Promise<string | undefined> {
  if (codeChoiceOf(options) !== 'file') return options.codeBundle;
  const path = options.inlineCode ?? '';
  try {
    return inlineReference(await readFile(resolve(cwd, path)));
  } catch (error) {
    const fix = ['Name a file that you may read: --inline-code FILE'];
    throw new CommandFault('failure', `Cannot read file "${path}"`, fix, { cause: error });
  }
}
