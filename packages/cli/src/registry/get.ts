/** `slipway registry get`: values in base64 unless they are to be decoded. */
import { REGISTRY_ACCESS, secretGetCommand } from '../secret/secret-commands.ts';

export const command = secretGetCommand(REGISTRY_ACCESS);
