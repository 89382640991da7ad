import { leadIdOf, shortHashOf } from '../../../../../lambdas/digest.ts';
import { epochMs } from '../../../../../lambdas/segment/time.ts';
import type { Line, Told, ToldCall, ToldTrouble } from '../../../../../operations/views.ts';

type StepLine = Omit<Told, 'kind' | 'at' | 'service' | 'messages'> &
  Partial<Pick<Told, 'service' | 'messages'>>;

export const told = (at: number, { service = 'absorb', ...line }: StepLine): Told => ({
  kind: 'step',
  at: epochMs(at),
  service,
  messages: line.messageId === undefined ? [] : [shortHashOf(line.messageId)],
  ...line,
});

export const called = (at: number, line: Partial<ToldCall> = {}): ToldCall => ({
  kind: 'call',
  at: epochMs(at),
  service: 'sync',
  call: `call-${at}`,
  api: 'rest',
  about: 'leads',
  leads: 41,
  requests: 2,
  tookMs: 840,
  verdicts: { synced: 40, 'field-refused': 1 },
  ...line,
});

const trouble = (at: number): ToldTrouble => ({
  kind: 'trouble',
  at: epochMs(at),
  service: 'sync',
  level: 'warn',
  message: 'Marketo answered a code that is unknown to us',
  facts: { code: 1077, leads: 12 },
});

/** The line that stands at this place of an endless log of many leads. */
export const lineOf = (place: number, at: number): Line => {
  const messageId = `message-${place}`;
  const lead = leadIdOf(`person-${place % 977}@example.com`);
  const messages = [shortHashOf(messageId)];
  switch (place % 13) {
    case 0:
      return called(at, { call: `call-${place}` });
    case 1:
    case 2:
    case 3:
    case 4:
      return told(at, { step: 'queued', messageId, service: 'ingest' });
    case 5:
      return told(at, {
        step: 'absorbed',
        lead,
        messageId,
        fields: ['FirstName', 'Company', 'Plan'],
      });
    case 6:
      return told(at, { step: 'unchanged', lead, messageId, fields: ['Email', 'Title'] });
    case 7:
      return told(at, {
        step: 'synced',
        lead,
        service: 'sync',
        messages: [...messages, 'AAAAAAAAAAA'],
        fields: ['Company', 'FirstName', 'LastName', 'Phone', 'Plan', 'Title', 'Website', 'City'],
      });
    case 8:
      return told(at, { step: 'visited', lead, messageId });
    case 9:
      return told(at, { step: 'superseded', lead, messageId, fields: ['LastSeen'] });
    case 10:
      return told(at, {
        step: 'held',
        lead,
        messageId,
        fields: ['Industry'],
        because: 'no e-mail of this person is known yet',
      });
    case 11:
      return told(at, {
        step: 'waiting',
        lead,
        service: 'sync',
        messages,
        fields: ['Plan'],
        because: 'too many calls in 20 seconds (606)',
        until: at + 45_000,
      });
    default:
      return place % 5 === 0
        ? trouble(at)
        : told(at, {
            step: 'refused',
            lead,
            service: 'sync',
            messages,
            fields: ['FavoriteColor'],
            because: 'Marketo has no field of this name (1006)',
          });
  }
};
