import { expect, it } from 'vitest';
import { epochMs } from '../../../lambdas/segment/time.ts';
import type { FieldView, LeadView } from '../../../operations/views.ts';
import { leadText } from '../../../operations/cli/printLead.ts';
import { leadView } from '../console/support.ts';

const now = epochMs(Date.UTC(2026, 10, 30, 12));
const soon = epochMs(now + 60_000);

const field = (name: string, more: Partial<FieldView>): FieldView => ({
  name,
  state: 'waiting',
  message: 'aaaaaaaaaaa',
  ...more,
});

const textOf = (more: Partial<LeadView>): string =>
  leadText({ ...leadView, ...more }, { paint: (_style, text) => text, columns: 200 });

it('says a reason once for fields that share it, and what happens when their time is up', () => {
  const because = 'no such user';
  const lines = textOf({
    fields: [
      field('city', { because, until: soon }),
      field('plan', { because, until: soon }),
      field('title', { state: 'held', because: 'no e-mail', until: soon }),
    ],
  }).split('\n');
  const line = (name: string) => lines.find((one) => one.startsWith(name)) ?? '';
  expect(line('city')).toContain('no such user, next try ');
  expect(line('plan')).toContain('as above, next try ');
  expect(line('title')).toContain('no e-mail, a dead letter ');
});

it('never calls a lead free that waits for something else than its lock', () => {
  const heldUp = 'Marketo cannot be used; all leads wait';
  expect(textOf({ lock: { isCalling: true, isImporting: true, attempts: 0 } })).toContain(
    'in a bulk import of Marketo’s',
  );
  expect(textOf({ lock: { isCalling: false, attempts: 0, heldUp } })).toContain(
    `lock     not locked; it waits: ${heldUp}`,
  );
  expect(textOf({})).toContain('lock     free');
});
