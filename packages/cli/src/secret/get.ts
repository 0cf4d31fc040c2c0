/** `slipway secret get`: values in base64 unless they are to be decoded. */
import { ANY_SECRET, secretGetCommand } from './secret-commands.ts';

export const command = secretGetCommand(ANY_SECRET);
