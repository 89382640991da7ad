import { leadIdOf, shortHashOf } from '../../../../../lambdas/digest.ts';
import { epochMs } from '../../../../../lambdas/segment/time.ts';
import type { EventBodies, EventDetails, EventView } from '../../../../../operations/views.ts';
import { called, told } from './lines.ts';
import { jake, jakesEvent } from './jake.ts';
import { minuteMs } from './time.ts';

/** An event that met a lock and then Marketo. */
export const eventAt = (now: number): EventView => {
  const lead = leadIdOf(jake);
  const from = now - 2 * minuteMs;
  const messages = [shortHashOf(jakesEvent)];
  const fields = ['Company', 'NumberOfEmployees'];
  const steps = [
    told(from, { step: 'queued', messageId: jakesEvent, service: 'ingest' }),
    told(from + 96, { step: 'absorbed', messageId: jakesEvent, lead, fields }),
    told(from + 310, {
      step: 'waiting',
      service: 'sync',
      messages,
      lead,
      fields,
      because: 'the lead is locked after its last call',
      until: from + 26_000,
    }),
    called(from + 27_950, {
      call: 'call-7',
      leads: 12,
      tookMs: 1_640,
      verdicts: { synced: 11, retry: 1 },
      because: 'the database of Marketo was busy (604)',
    }),
    told(from + 27_990, {
      step: 'synced',
      service: 'sync',
      messages,
      lead,
      fields,
      call: 'call-7',
    }),
  ];
  return {
    now: epochMs(now),
    message: shortHashOf(jakesEvent),
    messageId: jakesEvent,
    lead,
    summary:
      'Marketo has all of it, 28 seconds after it came in. It waited 26 seconds for the lock of the lead’s last call.',
    isDone: true,
    state: 'delivered',
    tookMs: 27_990,
    steps: steps.map((step) => ({ ...step, afterMs: step.at - from })),
    dead: [],
  };
};

/** What the history has of that event. */
export const detailsAt = (of: string, now: number): EventDetails | undefined =>
  of === shortHashOf(jakesEvent)
    ? {
        now: epochMs(now),
        message: of,
        type: 'identify',
        source: 'shop',
        outcome: 'delivered',
        owner: leadIdOf(jake),
        email: jake,
        bodies: ['received', 'sent', 'answer'],
      }
    : undefined;

export const bodiesAt = (of: string, now: number): EventBodies | undefined => {
  const details = detailsAt(of, now);
  return (
    details && {
      ...details,
      received: JSON.stringify({
        type: 'identify',
        messageId: jakesEvent,
        traits: { email: jake, company: 'Bridges & Sons', employees: 240 },
      }),
      sent: JSON.stringify({ email: jake, fields: { Company: 'Bridges & Sons' } }),
      answer: '{"kind":"synced","id":42',
    }
  );
};
