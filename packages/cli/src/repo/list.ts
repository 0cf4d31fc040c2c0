/** `slipway repo list`. */
import { accessSecretListCommand, REPO_ACCESS } from '../secret/secret-commands.ts';

export const command = accessSecretListCommand(REPO_ACCESS);
