/** `slipway schema`: what slipway.yaml may hold, as JSON Schema, for editors. */
import { renderManifestSchema } from '@slipway/spec';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  options: {},
  examples: ['slipway schema > slipway.schema.json'],
  async run({ context }) {
    context.terminal.write(`${JSON.stringify(renderManifestSchema(), null, 2)}\n`);
  },
});
