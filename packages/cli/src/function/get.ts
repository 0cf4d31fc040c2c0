/** `slipway function get`; `--save` writes inline code to a file that does not exist yet. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandContext } from '../command-context.ts';
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { CommandFault } from '../usage-fault.ts';
import { inlineCodeOf } from './function-body.ts';
import { renderFunction } from './render-function.ts';

export const command = defineCommand({
  options: {
    name: NAME,
    output: OUTPUT_OPTION,
    quiet: QUIET,
    save: { names: ['--save', '-s'], kind: 'value', summary: 'new file to write inline code to' },
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const { name = '', save } = options;
    const fn = await client.getFunction({ params: { project_id: project.id, name }, signal });
    if (save !== undefined) await saveCode(context, save, fn);
    const text = await renderOutput(options.output, fn);
    context.terminal.write(text ?? renderFunction(fn, { projectName: project.name, nowMs: Date.now() }));
  },
});

async function saveCode(
  context: CommandContext,
  path: string,
  fn: { readonly name: string; readonly code_reference: string },
): Promise<void> {
  const code = inlineCodeOf(fn.code_reference);
  if (code === undefined)
    throw new CommandFault('conflict', `Cannot save the code of function "${fn.name}": it is in ${fn.code_reference}`);
  try {
    await writeFile(resolve(context.cwd, path), code, { flag: 'wx' });
  } catch (error) {
    const fix = ['Name a file that does not exist yet, in a folder that you may write to'];
    throw new CommandFault('failure', `Cannot write file "${path}"`, fix, { cause: error });
  }
  context.say(`Saved the code in ${path}`);
}
