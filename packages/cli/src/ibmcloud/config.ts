/** `ibmcloud config`: settings of the public program; taken so that scripts go on, and without effect. */
import { defineCommand } from '../command.ts';

const setting = (name: string) => ({ names: [name], kind: 'value', summary: 'without effect here' }) as const;

export const command = defineCommand({
  options: {
    checkVersion: setting('--check-version'),
    color: setting('--color'),
    httpTimeout: setting('--http-timeout'),
    locale: setting('--locale'),
    trace: setting('--trace'),
    usageStats: setting('--usage-stats-collect'),
  },
  async run({ context }) {
    context.terminal.write('OK\n');
  },
});
