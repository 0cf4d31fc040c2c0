/** `slipway registry delete`. */
import { REGISTRY_ACCESS, secretDeleteCommand } from '../secret/secret-commands.ts';

export const command = secretDeleteCommand(REGISTRY_ACCESS);
