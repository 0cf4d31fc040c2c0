/** `ibmcloud iam api-key-create`: the key goes to the terminal, or to a file that its owner alone may read. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineCommand } from '../command.ts';
import { renderTable } from '../output/text-table.ts';
import { NAME } from '../shared-options.ts';
import { CommandFault } from '../usage-fault.ts';
import { JSON_OUTPUT, jsonText, SHORT } from './ibmcloud-options.ts';

export const command = defineCommand({
  options: {
    name: NAME,
    description: { names: ['-d', '--description'], kind: 'value', summary: 'what it is for' },
    file: { names: ['--file'], kind: 'value', summary: 'new file to write it to, as JSON' },
    action: { names: ['--action-if-leaked'], kind: 'value', summary: 'without effect here' },
    output: JSON_OUTPUT,
    quiet: SHORT,
  },
  operands: ['NAME'],
  examples: ['ibmcloud iam api-key-create ci -d "For the pipeline" --file key.json'],
  async run({ options, context }) {
    const { name = '', description, file } = options;
    const client = await context.client();
    const body = { name, ...(description !== undefined && { description }) };
    const key = await client.createApiKey({ body, signal: context.signal });
    const document = {
      id: key.id,
      name: key.name,
      description: key.description ?? '',
      createdAt: key.created_at,
      apikey: key.apikey,
      locked: false,
    };
    if (file !== undefined) await keep(resolve(context.cwd, file), jsonText(document));
    if (options.output !== undefined) return context.terminal.write(jsonText(document));
    const shown = file === undefined ? key.apikey : `Successfully save API key information to ${file}`;
    const rows = [
      ['Description', document.description],
      ['Created At', key.created_at],
      ['API Key', shown],
      ['Locked', 'false'],
    ];
    const fields = renderTable(['ID', key.id], [['Name', name], ...rows]);
    const hint = 'Please preserve the API key! It cannot be retrieved after it is created.';
    context.terminal.write(`OK\nAPI key ${name} was created\n\n${hint}\n\n${fields}`);
  },
});

/** A file that is there could be readable for others, or a link of somebody's. */
async function keep(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const state = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it failed';
    throw new CommandFault(
      'failure',
      `The API key was created, and cannot be written to ${path}: ${state}`,
      ['Revoke it: slipway apikey list, slipway apikey delete ID', 'Then name a file that does not exist yet'],
      { cause },
    );
  }
}
