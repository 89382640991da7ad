import { beforeEach, describe, expect, it } from 'vitest';
import { composeAbsorb } from '../../lambdas/absorb/composeAbsorb.ts';
import type { DeliveryLine } from '../../lambdas/delivery.ts';
import { keyIdOf, leadIdOf, shortHashOf } from '../../lambdas/digest.ts';
import { absorbTiming, indexLimits, leadLimits, leadTiming } from '../../lambdas/limits.ts';
import type { QueuedEvent } from '../../lambdas/segment/event.ts';
import { sequenceKeyOf } from '../../lambdas/segment/order.ts';
import type { SourceKind } from '../../lambdas/segment/source.ts';
import { at, noon } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { noMetrics } from '../twins/metrics.ts';

const userId = 'victim-17';
let twin: ReturnType<typeof createLeadsTableTwin>;
let lines: DeliveryLine[] = [];

const absorb = (...events: readonly QueuedEvent[]) => {
  const none = (): void => undefined;
  return composeAbsorb(
    {
      table: twin.table,
      tickQueue: { send: () => Promise.resolve() },
      munchkin: { visit: () => Promise.resolve({ kind: 'visited' }) },
      clock: { now: () => at(60) },
      random: () => 0.5,
      logger: {
        call: none,
        warn: none,
        error: none,
        delivery: (line: DeliveryLine) => lines.push(line),
      },
      metrics: noMetrics,
      timing: leadTiming,
      limits: leadLimits,
      visitTimeoutMs: absorbTiming.visitTimeoutMs,
      holdMs: 86_400_000,
      resendUnchangedAfterMs: 86_400_000,
      emailChange: 'rename',
    },
    {
      fieldNames: 'segment',
      fieldMap: {},
      nulls: 'skip',
      rules: [],
      events: 'all',
      visits: { page: 'all', track: 'all' },
      visitorDomain: 'segment',
      serverFields: ['lead_score'],
    },
  )(
    events.map((event) => ({ id: event.messageId, group: 'g', body: JSON.stringify(event) })),
    noon + 3_600_000,
  );
};

const identify = (
  kind: SourceKind | undefined,
  second: number,
  traits: QueuedEvent['traits'] & object,
): QueuedEvent => {
  const messageId = `${kind}-${second}`;
  const messageHash = shortHashOf(messageId);
  const time = at(second);
  return {
    type: 'identify',
    userId,
    traits,
    messageId,
    messageHash,
    order: sequenceKeyOf(time, time, 0, messageHash),
    timestamp: time,
    receivedAt: time,
    ...(kind && { source: { name: kind === 'server' ? 'crm' : 'website', kind } }),
  };
};

const keyItem = () => twin.rows.get(`key#${keyIdOf('userId', userId)}`)?.json ?? '';
const leadItem = (email: string) => twin.rows.get(`lead#${leadIdOf(email)}`)?.json ?? '';
const dropped = () =>
  lines.flatMap(({ step, messageId, fields, because }) =>
    step === 'dropped' ? [{ messageId, fields, because }] : [],
  );

beforeEach(() => {
  twin = createLeadsTableTwin(indexLimits.shards);
  lines = [];
});

describe('a stranger with the key of a page', () => {
  it('does not get what a server said of a userId, and the log says why the link is not made', async () => {
    await absorb(identify('server', 1, { secret: 'held' }));
    await absorb(identify('browser', 2, { email: 'stranger@example.com' }));
    await absorb(identify('server', 3, { secret: 'held as well' }));
    expect(leadItem('stranger@example.com')).not.toContain('held');
    expect(keyItem()).toContain('held as well');
    expect(dropped()).toEqual([
      {
        messageId: 'browser-2',
        because: 'the link of its userId: only a server key may change it (docs/security.md)',
      },
    ]);
    await absorb(identify('server', 4, { email: 'victim@example.com' }));
    expect(leadItem('victim@example.com')).toContain('held as well');
    expect(keyItem()).not.toContain('held');
  });

  it('does not write fields that are reserved for servers, whatever their spelling', async () => {
    const email = 'victim@example.com';
    await absorb(identify('server', 1, { email, leadScore: 90 }));
    await absorb(identify('browser', 2, { email, LEAD_SCORE: 1, plan: 'free' }));
    await absorb(identify(undefined, 3, { email, 'lead score': 2 }));
    const { fields } = JSON.parse(leadItem(email)) as {
      fields: Record<string, { value: unknown }>;
    };
    expect(Object.values(fields).map(({ value }) => value)).toEqual(
      expect.arrayContaining([90, 'free']),
    );
    expect(Object.values(fields).map(({ value }) => value)).not.toEqual(
      expect.arrayContaining([expect.toSatisfy((value) => value === 1 || value === 2)]),
    );
    expect(dropped().map(({ because }) => because)).toEqual([
      'only a server key may write this field (setting serverFields)',
      'only a server key may write this field (setting serverFields)',
    ]);
  });
});
