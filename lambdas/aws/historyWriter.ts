import { randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { concurrently } from '../concurrently.ts';
import { encodeListed, encodeStep } from '../history/codec.ts';
import { without } from '../lead/without.ts';
import { rankOf } from '../history/outcome.ts';
import { refreshesPerson } from '../history/personRefresh.ts';
import type { HistoryBatch, HistoryUpdate, HistoryWriter } from '../history/historyPorts.ts';
import type { EventDescription, HistoryRow } from '../history/types.ts';
import { historyLimits } from '../limits.ts';
import { mayBeLogged, scrubbedName, scrubbedText } from '../scrub.ts';
import { emailKeyOf } from '../segment/email.ts';
import type { EpochMs } from '../segment/time.ts';
import { type EventItem, eventPk, listPk, personPk, timeKey } from './historyKeys.ts';
import { historyUpdateOf } from './historyUpdate.ts';

interface HistoryWriterOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** How long what is written stays. */
  readonly keepMs: number;
}

const maxBatchWrite = 25;

type Known = Partial<EventItem>;

const rowOf = (update: HistoryUpdate, known: Known): HistoryRow => {
  const { message, owner, at, about } = update;
  const { outcome = update.outcome, reason = update.reason } = known;
  const { type, name, source, receivedAt, messageId } = {
    ...(update.source !== undefined && { source: update.source }),
    ...(update.messageId !== undefined && { messageId: update.messageId }),
    ...known,
    ...about,
  };
  return {
    message,
    ...(owner !== undefined && { owner }),
    outcome,
    at,
    ...(receivedAt !== undefined && { receivedAt }),
    ...(type && { type }),
    ...(name !== undefined && { name: scrubbedName(name) }),
    ...(source !== undefined && { source }),
    ...(reason !== undefined && { reason: scrubbedText(reason) }),
    ...(messageId !== undefined && mayBeLogged(messageId) && { messageId }),
    ...(about && { isArrival: true as const }),
  };
};

/** What makes a person worth an item: something to find them by. */
const personOf = ({ email, userId, personName, type }: EventDescription) =>
  email === undefined && (userId === undefined || type !== 'identify')
    ? undefined
    : {
        ...(email !== undefined && { email: emailKeyOf(email) }),
        ...(userId !== undefined && { userId, userIdKey: userId.toLowerCase() }),
        ...(personName !== undefined && { name: personName, nameKey: personName.toLowerCase() }),
      };

/** The history table as functions write it. */
export class DynamoHistoryWriter implements HistoryWriter {
  private readonly client: DynamoDBDocumentClient;
  private readonly tableName: string;
  private readonly keepMs: number;
  /** What was last written of persons, so that each is written once in a while. */
  private readonly persons = new Map<string, string>();

  constructor({ client, tableName, keepMs }: HistoryWriterOptions) {
    this.client = DynamoDBDocumentClient.from(client);
    this.tableName = tableName;
    this.keepMs = keepMs;
  }

  async write({ updates, calls, troubles }: HistoryBatch, signal: AbortSignal): Promise<void> {
    let failure: unknown;
    const rows = await concurrently(
      updates,
      async (update) => {
        const known = await this.writeEvent(update, signal);
        return known ? [rowOf(update, known)] : [];
      },
      (_, error) => (failure = error),
    );
    const at = updates[0]?.at ?? calls[0]?.at ?? troubles[0]?.at;
    if (at === undefined) return;
    const latestFirst = rows.flat().toSorted((a, b) => b.at - a.at);
    for (let first = 0; first === 0 || first < rows.length; first += historyLimits.rowsPerItem) {
      const listed = {
        rows: latestFirst.slice(first, first + historyLimits.rowsPerItem),
        calls: first === 0 ? calls : [],
        troubles: first === 0 ? troubles : [],
      };
      await this.putList(at, encodeListed(listed), signal);
    }
    await concurrently(
      updates,
      (update) => this.writePerson(update, signal),
      (_, error) => (failure = error),
    );
    if (failure !== undefined) throw failure as Error;
  }

  async erase(owners: readonly string[], until: EpochMs): Promise<void> {
    for (const owner of owners) {
      await this.eraseEvents(owner, until);
      this.persons.delete(owner);
      await this.client
        .send(
          new DeleteCommand({
            TableName: this.tableName,
            Key: { pk: personPk(owner), sk: owner },
            ConditionExpression: 'attribute_not_exists(#at) OR #at <= :until',
            ExpressionAttributeNames: { '#at': 'at' },
            ExpressionAttributeValues: { ':until': until },
          }),
        )
        .catch((error: unknown) => {
          // Somebody is that person since.
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        });
    }
  }

  private async eraseEvents(owner: string, until: EpochMs): Promise<void> {
    let after: Record<string, unknown> | undefined;
    do {
      const answer = await this.client.send(
        new QueryCommand({
          TableName: this.tableName,
          KeyConditionExpression: 'pk = :pk',
          // An item that bears no time is the rest of one that has been erased.
          FilterExpression: 'attribute_not_exists(receivedAt) OR receivedAt <= :until',
          ProjectionExpression: 'pk, sk',
          ExpressionAttributeValues: { ':pk': eventPk(owner), ':until': until },
          ...(after && { ExclusiveStartKey: after }),
        }),
      );
      const keys = (answer.Items ?? []) as { pk: string; sk: string }[];
      for (let first = 0; first < keys.length; first += maxBatchWrite)
        await this.deleteAll(keys.slice(first, first + maxBatchWrite));
      after = answer.LastEvaluatedKey;
    } while (after !== undefined);
  }

  private async deleteAll(keys: readonly { pk: string; sk: string }[]): Promise<void> {
    const requests = keys.map((Key) => ({ DeleteRequest: { Key } }));
    const answer = await this.client.send(
      new BatchWriteCommand({ RequestItems: { [this.tableName]: requests } }),
    );
    const left = (answer.UnprocessedItems?.[this.tableName] ?? []).flatMap(({ DeleteRequest }) =>
      DeleteRequest?.Key ? [DeleteRequest.Key as { pk: string; sk: string }] : [],
    );
    for (const Key of left)
      await this.client.send(new DeleteCommand({ TableName: this.tableName, Key }));
  }

  /** Resolves to what is known of the event by then; undefined: it has waited too often to be told. */
  private async writeEvent(update: HistoryUpdate, signal: AbortSignal): Promise<Known | undefined> {
    const { owner, message, outcome } = update;
    if (owner === undefined) return {};
    const before = await this.takeAlong(update, signal);
    const Key = { pk: eventPk(owner), sk: message };
    const all = { TableName: this.tableName, Key, ReturnValues: 'ALL_NEW' as const };
    const expiresAt = this.expiresAt(update.at);
    const steps = [...(before.steps ?? []), ...update.steps.map(encodeStep)];
    const part = historyUpdateOf(
      {
        ...before,
        ...update.about,
        ...update.payloads,
        ...(update.withdrawn && { received: null, sent: null, answer: null }),
      },
      steps,
      expiresAt,
    );
    const decisive = part.with({
      outcome,
      reason: update.reason ?? null,
      at: update.at,
      rank: rankOf[outcome],
    });
    const isWait = rankOf[outcome] === 0 && update.about === undefined;
    // Who waits for ever must not fill an item.
    const isOpen = isWait ? ['(attribute_not_exists(steps) OR size(steps) < :most)'] : [];
    const max = isWait ? { ':most': historyLimits.steps } : {};
    const isLast = update.resets ? [] : ['(attribute_not_exists(#rank) OR #rank <= :rank)'];
    const send = async (input: object): Promise<Known | undefined> => {
      try {
        const answer = await this.client.send(new UpdateCommand({ ...all, ...input }), {
          abortSignal: signal,
        });
        return (answer.Attributes ?? {}) as Known;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    };
    return (
      (await send(decisive.input([...isLast, ...isOpen], max))) ??
      (await send(part.input(isOpen, max)))
    );
  }

  /** What stands under a key until its lead is known moves there. */
  private async takeAlong(
    { owner, message, movedFrom = [] }: HistoryUpdate,
    signal: AbortSignal,
  ): Promise<Known> {
    for (const key of movedFrom) {
      if (key === owner) continue;
      const { Attributes } = await this.client.send(
        new DeleteCommand({
          TableName: this.tableName,
          Key: { pk: eventPk(key), sk: message },
          ReturnValues: 'ALL_OLD',
        }),
        { abortSignal: signal },
      );
      if (Attributes === undefined) continue;
      const old = Attributes as EventItem;
      return without(old, 'pk', 'sk', 'expiresAt', 'outcome', 'rank', 'at', 'reason');
    }
    return {};
  }

  private async putList(at: EpochMs, rows: Uint8Array, abortSignal: AbortSignal): Promise<void> {
    const random = randomBytes(6);
    await this.client.send(
      new PutCommand({
        TableName: this.tableName,
        Item: {
          pk: listPk((random[0] ?? 0) % historyLimits.shards),
          sk: `${timeKey(at)}#${random.toString('base64url')}`,
          rows,
          expiresAt: this.expiresAt(at),
        },
      }),
      { abortSignal },
    );
  }

  private async writePerson(update: HistoryUpdate, signal: AbortSignal): Promise<void> {
    const { owner, about, at } = update;
    const person = about && personOf(about);
    if (owner === undefined || person === undefined) return;
    const text = JSON.stringify(person);
    if (this.persons.get(owner) === text || !refreshesPerson(update)) return;
    if (this.persons.size >= historyLimits.persons) this.persons.clear();
    const part = historyUpdateOf(person, [], this.expiresAt(at)).with({ at });
    const Key = { pk: personPk(owner), sk: owner };
    await this.client.send(
      new UpdateCommand({ TableName: this.tableName, Key, ...part.input([], {}) }),
      { abortSignal: signal },
    );
    this.persons.set(owner, text);
  }

  private expiresAt(at: EpochMs): number {
    return Math.ceil((at + this.keepMs) / 1_000);
  }
}
