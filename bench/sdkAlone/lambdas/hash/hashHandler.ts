/** The client and the command that hash uses, and nothing else. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export const clients = [new SecretsManagerClient()];
export const commands = [GetSecretValueCommand];
