/** `slipway version`: the command line's version; the platform's is in `slipway status`. */
import { defineCommand } from '../command.ts';
import { readVersion } from '../version-file.ts';

export const command = defineCommand({
  options: { quiet: { names: ['--quiet', '-q'], kind: 'flag', summary: 'print the number only', default: 'false' } },
  async run({ context }) {
    const version = await readVersion();
    context.terminal.write(context.quiet ? `${version}\n` : `slipway ${version} (Node.js ${process.version})\n`);
  },
});
