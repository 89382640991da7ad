import { expect, it } from 'vitest';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { updateOf } from '../soap/updates.ts';
import { now, scriptedMarketo, success } from './scripted.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);
const paths = () => marketo.received().map(({ path }) => path.replace('/rest/v1/', ''));
const link = { name: 'link:company', value: 'acme' };
const written = (id: number) => ({ id, status: 'updated' });

it('the company of a lead waits where the lead’s own values go in the same call: its record is written once', async () => {
  marketo.script(success(written(5)), success({ id: 5, status: 'added' }));
  const list = { name: 'list:1001', value: true };
  const update = updateOf('jane@example.com', { City: 'Rome' }, { relations: [link, list] });
  const because = 'the lead’s own values went first: a call writes the record of a lead once';
  expect(await marketo.client().sync([update], deadline)).toEqual({
    each: [
      {
        kind: 'synced',
        marketoId: 5,
        relations: [{ kind: 'pending', because }, { kind: 'added' }],
      },
    ],
  });
  expect(paths()).toEqual(['leads.json', 'lists/1001/leads.json?id=5']);
});

it('the company of a lead that has nothing else to tell goes by the lead’s id', async () => {
  marketo.script(success(written(5)));
  const update = updateOf('jane@example.com', {}, { marketoId: 5, relations: [link] });
  expect(await marketo.client().sync([update], deadline)).toEqual({
    each: [{ kind: 'synced', marketoId: 5, relations: [{ kind: 'added' }] }],
  });
  expect(paths()).toEqual(['leads.json']);
});
