/** `slipway repo get`: values in base64 unless they are to be decoded. */
import { REPO_ACCESS, secretGetCommand } from '../secret/secret-commands.ts';

export const command = secretGetCommand(REPO_ACCESS);
