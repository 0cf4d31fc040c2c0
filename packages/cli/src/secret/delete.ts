/** `slipway secret delete`. */
import { ANY_SECRET, secretDeleteCommand } from './secret-commands.ts';

export const command = secretDeleteCommand(ANY_SECRET);
