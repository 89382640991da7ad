import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createCounters } from '../../lambdas/aws/dynamoCounters.ts';
import type { Item } from '../../lambdas/aws/item.ts';
import type { IdentityRecord, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { indexLimits } from '../../lambdas/limits.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { serveLeads, tableName } from '../aws/leadsOnDynamo.ts';
import type { Api } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

/**
 * What an installation of version 0.1 (9004c57) held at one moment. Its own ingest and worker wrote the
 * items into DynamoDB's emulator; none was edited.
 */
interface Scene {
  /** Epoch ms. */
  readonly at: number;
  /** Every item of the leads table as it stands there. */
  readonly items: readonly Item[];
  /** Bodies of the messages in the due queue, delayed ones too. */
  readonly due: readonly string[];
  /** The leads that Marketo had. */
  readonly leads: readonly {
    readonly id: number;
    readonly email: string;
    readonly fields: Readonly<Record<string, string>>;
    readonly cookies: readonly string[];
  }[];
}

export type SceneName = 'calm' | 'outage' | 'quota' | 'moves';

export const readScene = (name: SceneName): Scene =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, 'items-0.1.0', `${name}.json`), 'utf8'),
  ) as Scene;

const activityRules = {
  'Order Completed': { typeId: 100_001, primary: 'order.id', attributes: { total: 'revenue' } },
} as const;

/** Today's pipeline over what version 0.1 has left, at the moment of the upgrade. */
export const upgrade = async (
  name: SceneName,
  options: { readonly api?: Api; readonly dailyCalls?: number } = {},
) => {
  const scene = readScene(name);
  const served = await serveLeads({ shards: indexLimits.shards });
  const { client, table } = served;
  const documents = DynamoDBDocumentClient.from(client);
  for (const Item of scene.items)
    await documents.send(new PutCommand({ TableName: tableName, Item }));
  const world = await createWorld({
    api: 'rest',
    fieldMap: { userId: false },
    activities: activityRules,
    from: epochMs(scene.at),
    storage: { table, counters: createCounters({ client, tableName }) },
    ...options,
  });
  for (const { email, fields, cookies } of scene.leads)
    world.simulator.createLead({ email, fields, cookies: [...cookies] });
  for (const body of scene.due) world.tickMessages.send({ body });
  return {
    ...world,
    scene,
    table,
    /** Every item as it is now. */
    items: async (): Promise<readonly Item[]> => {
      const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableName }));
      return Items as Item[];
    },
    close: async (): Promise<void> => {
      await world.close();
      await served.close();
    },
  };
};

export type Upgraded = Awaited<ReturnType<typeof upgrade>>;

/** What the mailboxes among these items still have to tell Marketo. */
export const pendingIn = (items: readonly Item[]) =>
  items
    .filter(({ pk }) => pk.startsWith('lead#'))
    .map(({ state }) => JSON.parse(state) as Mailbox)
    .map(({ address, fields, cookies, activities }) => ({
      email: address.text,
      fields: Object.entries(fields).flatMap(([field, { value }]) =>
        value === undefined ? [] : [[field, value] as const],
      ),
      cookies: Object.entries(cookies).flatMap(([token, { associated }]) =>
        associated ? [] : [token],
      ),
      orders: Object.values(activities?.pending ?? {}).map(({ primary }) => primary),
    }))
    .filter(({ fields, cookies, orders }) => fields.length + cookies.length + orders.length > 0);

/** What is held at keys without a lead. */
export const heldIn = (items: readonly Item[]): readonly IdentityRecord[] =>
  items
    .filter(({ pk }) => pk.startsWith('key#'))
    .map(({ state }) => JSON.parse(state) as IdentityRecord)
    .filter(({ heldSince }) => heldSince !== undefined);
