import { expect, it } from 'vitest';
import type { DeliveryLine } from '../../lambdas/delivery.ts';
import { createPeopleLog } from '../../local/people.ts';

const printed = (line: DeliveryLine): string =>
  JSON.stringify({
    level: 'INFO',
    message: 'delivery',
    timestamp: '2026-11-30T12:00:00.000Z',
    service: 'sync',
    messages: ['aaaaaaaaaaa'],
    ...line,
  });

const emails: Readonly<Record<string, string>> = { jane: 'jane@example.com' };

const said = async (lines: readonly string[], most?: number): Promise<readonly string[]> => {
  const out: string[] = [];
  const log = createPeopleLog({
    emailOf: (lead) => Promise.resolve(emails[lead]),
    print: (line) => out.push(line),
    ...(most !== undefined && { most }),
  });
  for (const line of lines) log.write(line);
  await log.drained();
  return out.map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ''));
};

it('says in one sentence what became of each person', async () => {
  const because = 'Marketo does not take it';
  const lines: DeliveryLine[] = [
    { step: 'absorbed', lead: 'jane', fields: ['Email'] },
    { step: 'synced', lead: 'jane', fields: ['email', 'firstName'], isCreated: true },
    { step: 'synced', lead: 'jane', fields: ['city'] },
    { step: 'waiting', lead: 'jane', fields: ['city'], because: 'no answer' },
    { step: 'dead', lead: 'jane', fields: ['age'], because },
    { step: 'refused', lead: 'jane', because },
    { step: 'held', lead: 'some key', because: 'no e-mail yet' },
    { step: 'refused', because: 'no type' },
  ];
  expect(await said(lines.map(printed))).toEqual([
    'jane@example.com is in Marketo: created, 2 fields (email and firstName)',
    'jane@example.com is in Marketo: updated, 1 field (city)',
    'jane@example.com waits with city: no answer',
    'jane@example.com: age became a dead letter: Marketo does not take it',
    'jane@example.com: something was not taken: Marketo does not take it',
    'a person without a known e-mail is held: no e-mail yet',
  ]);
});

it('says what went wrong, and nothing of what is no line', async () => {
  const line = { level: 'WARN', message: 'No answer.', timestamp: '2026-11-30T12:00:00.000Z' };
  expect(await said([JSON.stringify(line), '{"_aws": {}}', 'text'])).toEqual([
    'warning: No answer.',
  ]);
});

it('counts what comes faster than e-mails are looked up', async () => {
  const line = printed({ step: 'synced', lead: 'jane', fields: ['email'] });
  expect(await said([line, line, line, line, line].join('\n').split('\n'), 2)).toEqual([
    'jane@example.com is in Marketo: updated, 1 field (email)',
    'jane@example.com is in Marketo: updated, 1 field (email)',
    '… and 3 more lines, which the console has',
  ]);
});
