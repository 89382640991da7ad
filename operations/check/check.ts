import { OperationsError } from '../error.ts';
import type { Check } from '../views.ts';
import { checkIngest } from './ingest.ts';
import { checkMarketo } from './marketo.ts';
import type { CheckParts } from './parts.ts';
import { wrong } from './parts.ts';
import { lookAtCredentials, lookAtHashSecret, lookAtIngestSecret } from './secrets.ts';
import { checkDead, checkQueues, checkTable } from './stores.ts';

/** Our errors say what is wrong, a colon, and what to do. */
const failed = (name: string, error: unknown): Check => {
  if (!(error instanceof OperationsError))
    return wrong(
      name,
      `It could not be looked at (${error instanceof Error ? error.name : 'unknown error'}).`,
      'Look whether it is there and whether you may see it, then check again.',
    );
  const { message } = error;
  const colon = message.lastIndexOf(': ');
  const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
  return colon < 0
    ? wrong(name, sentence(message), 'Put that right, then check again.')
    : wrong(name, sentence(message.slice(0, colon)), sentence(message.slice(colon + 2)));
};

/**
 * Looks at everything that a destination needs: secrets, Marketo, the fields that the settings name,
 * ingest, queues and table. Makes no event and changes nothing; costs one call of Marketo's quota,
 * one more where custom activities are named, and one where companies are. Never rejects: what cannot be looked at is wrong.
 */
export const createCheck = (parts: CheckParts) => async (): Promise<readonly Check[]> => {
  const guarded = async (
    name: string,
    look: () => Promise<Check | readonly Check[]>,
  ): Promise<readonly Check[]> => {
    try {
      return [await look()].flat();
    } catch (error) {
      return [failed(name, error)];
    }
  };
  const all = await Promise.all([
    guarded('write key', async () => {
      const { checks, value } = await lookAtIngestSecret(parts);
      return value ? [...checks, await checkIngest(parts.ingestUrl, value.writeKey)] : checks;
    }),
    guarded('Marketo credentials', async () => {
      const { checks, value } = await lookAtCredentials(parts);
      return [...checks, ...(await guarded('Marketo', () => checkMarketo(parts, value)))];
    }),
    guarded('Munchkin private key', () => lookAtHashSecret(parts)),
    guarded('queues', () => checkQueues(parts)),
    guarded('leads table', () => checkTable(parts)),
    guarded('dead letters', () => checkDead(parts)),
  ]);
  return all.flat();
};
