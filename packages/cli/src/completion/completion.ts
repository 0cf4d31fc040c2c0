/** `slipway completion SHELL`: the script that completes commands, options, values and names on the tab key. */
import { defineCommand } from '../command.ts';
import { UsageFault } from '../usage-fault.ts';
import { completionScript, SHELLS } from './shell-scripts.ts';

export const command = defineCommand({
  options: {},
  operands: ['SHELL'],
  examples: [
    'source <(slipway completion bash)                                        # in ~/.bashrc',
    'source <(slipway completion zsh)                                         # in ~/.zshrc, after compinit',
    'slipway completion fish > ~/.config/fish/completions/slipway.fish',
  ],
  async run({ operands, context }) {
    const [wanted] = operands;
    const shell = SHELLS.find((one) => one === wanted);
    if (shell === undefined) {
      const state = wanted === undefined ? 'the shell is missing' : `"${wanted}" is not known`;
      throw new UsageFault(`Cannot print a completion script: ${state}`, [`There are: ${SHELLS.join(', ')}`]);
    }
    context.terminal.write(completionScript(shell));
  },
});
