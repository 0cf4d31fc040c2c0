/** `slipway repo delete`. */
import { REPO_ACCESS, secretDeleteCommand } from '../secret/secret-commands.ts';

export const command = secretDeleteCommand(REPO_ACCESS);
