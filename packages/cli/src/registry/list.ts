/** `slipway registry list`. */
import { accessSecretListCommand, REGISTRY_ACCESS } from '../secret/secret-commands.ts';

export const command = accessSecretListCommand(REGISTRY_ACCESS);
