import { describe, expect, it } from 'vitest';
import type { Activity, Update } from '../../../lambdas/marketo/marketoTypes.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { activityAt, order } from '../../support/mailboxes.ts';
import { updateOf } from '../soap/updates.ts';
import type { Complaint } from './scripted.ts';
import { failure, now, scriptedMarketo, skipped, success } from './scripted.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);
const token = '_mch-example.com-1374552656411-90718';
const a = activityAt(order(0), 'a', { total: 19.9, gift: true });
const b = activityAt(order(1), 'b');
const known = (marketoId: number, ...activities: Activity[]) =>
  updateOf(`lead${marketoId}@example.com`, {}, { marketoId, activities });
const both = (...activities: Activity[]) =>
  updateOf('both@example.com', { FirstName: 'B' }, { activities });
const written = (id: number) => ({ id, status: 'updated' });
const ok = { id: 1, marketoGUID: '1', status: 'added' };
const no = (...errors: Complaint[]) => ({ status: 'skipped', errors });
const added = { kind: 'added' };
const paths = () => marketo.received().map(({ path }) => path.replace('/rest/v1/', ''));
const sync = (...updates: Update[]) => marketo.client().sync(updates, deadline);

describe('activities', () => {
  it('of leads that Marketo has go in one request, without a record', async () => {
    marketo.script(success(ok, ok, ok));
    const call = [known(5, a, b), known(6, b)];
    expect(await sync(...call)).toEqual({
      each: [
        { kind: 'synced', marketoId: 5, activities: [added, added] },
        { kind: 'synced', marketoId: 6, activities: [added] },
      ],
    });
    expect(paths()).toEqual(['activities/external.json']);
    const { method, body = '', headers } = marketo.received()[0] ?? {};
    expect([method, headers?.['content-type']]).toEqual(['POST', 'application/json']);
    expect(JSON.parse(body)).toEqual({
      input: [
        {
          leadId: 5,
          activityDate: '2026-11-23T12:00:00Z',
          activityTypeId: 100_001,
          primaryAttributeValue: 'a',
          attributes: [
            { apiName: 'total', value: 19.9 },
            { apiName: 'gift', value: true },
          ],
        },
        expect.objectContaining({ leadId: 5, primaryAttributeValue: 'b', attributes: [] }),
        expect.objectContaining({ leadId: 6 }),
      ],
    });
  });

  it('of others go right after the upsert, with the ids that it answered, before any cookie', async () => {
    marketo.script(success(written(8), written(9)), success(ok, ok), success());
    const fresh = updateOf('new@example.com', {}, { activities: [b], cookie: token });
    const call = [{ ...both(a), marketoId: 3 }, fresh];
    expect(await sync(...call)).toEqual({
      each: [
        { kind: 'synced', marketoId: 8, activities: [added] },
        { kind: 'synced', marketoId: 9, activities: [added] },
      ],
    });
    expect(paths()).toEqual([
      'leads.json',
      'activities/external.json',
      expect.stringContaining('leads/9/associate.json'),
    ]);
    const { input } = JSON.parse(marketo.received()[1]?.body ?? '') as { input: object[] };
    expect(input).toMatchObject([{ leadId: 8 }, { leadId: 9 }]);
  });

  it('are not tried for a lead whose record was not written', async () => {
    marketo.script(success(skipped({ code: '1007', message: '' }), written(2)), success(ok));
    expect(await sync(both(a), updateOf('c@example.com', { A: 1 }, { activities: [b] }))).toEqual({
      each: [
        expect.objectContaining({ kind: 'refused' }),
        { kind: 'synced', marketoId: 2, activities: [added] },
      ],
    });
  });

  it('wait, a few times, where Marketo does not tell the lead’s id', async () => {
    marketo.script(success({ status: 'created' }));
    expect(await sync(both(a))).toEqual({
      each: [
        {
          kind: 'synced',
          isCreated: true,
          activities: [
            {
              kind: 'retry',
              because: 'Marketo did not tell the lead’s id, without which it takes no activity',
              attempts: 8,
            },
          ],
        },
      ],
    });
    expect(paths()).toEqual(['leads.json']);
  });
});

describe('an activity that Marketo skips', () => {
  it.each<[string, Complaint[], object]>([
    [
      'for its value is refused, with the attribute’s name and no value',
      [{ code: '1003', message: "Invalid value for field 'total' and value 'secret'" }],
      { kind: 'refused', because: 'Marketo cannot take a value (1003): total' },
    ],
    [
      'for an attribute that its type lacks is refused, with the name',
      [{ code: '1006', message: "Field 'gift' not found" }],
      { kind: 'refused', because: 'Marketo has no such field (1006): gift' },
    ],
    [
      'for a field that was not sent is refused',
      [{ code: '1003', message: "Invalid value for field 'activityTypeId' and value '1'" }],
      { kind: 'refused', because: 'Marketo cannot take a value (1003)' },
    ],
    [
      'because the lead is gone goes again, after the lead was found anew',
      [{ code: '1004', message: 'Lead not found' }],
      {
        kind: 'retry',
        because: 'Marketo does not have this lead any more (1004)',
        attempts: 8,
        isLeadGone: true,
      },
    ],
    [
      'for a passing reason goes again',
      [{ code: '713', message: '' }],
      { kind: 'retry', because: 'a resource of Marketo was not there for a moment (713)' },
    ],
    [
      'for a code that nobody knows goes again, and is counted',
      [{ code: '9999', message: 'secret' }],
      {
        kind: 'retry',
        because: 'Marketo answered a code that is unknown to us (9999)',
        isUnknownCode: true,
      },
    ],
    [
      'for no reason goes again, a few times',
      [],
      { kind: 'retry', because: 'Marketo skipped the activity without a reason', attempts: 8 },
    ],
  ])('%s, and the others are added', async (_what, errors, verdict) => {
    marketo.script(success(ok, no(...errors)));
    expect(await sync(known(4, b), known(5, a))).toEqual({
      each: [
        { kind: 'synced', marketoId: 4, activities: [added] },
        { kind: 'synced', marketoId: 5, activities: [verdict] },
      ],
    });
  });
});

describe('a request for activities that fails as a whole', () => {
  const of = (verdict: object) => ({
    each: [
      { kind: 'synced', marketoId: 8, activities: [verdict] },
      { kind: 'synced', marketoId: 5, activities: [verdict, verdict] },
    ],
  });

  it.each([
    ['603', { kind: 'retry', because: expect.stringContaining('Read-Write Activity') as string }],
    [
      '610',
      { kind: 'retry', because: expect.stringContaining('nothing at the address') as string },
    ],
    ['609', { kind: 'refused', because: 'Marketo could not read the request as JSON (609)' }],
    ['1003', { kind: 'refused', because: 'Marketo cannot take a value (1003)' }],
    [
      '604',
      { kind: 'retry', because: 'Marketo ran out of time for the call (604)', attempts: Infinity },
    ],
    ['713', { kind: 'retry', because: 'a resource of Marketo was not there for a moment (713)' }],
  ])('with %s speaks of all of it, closes no window and undoes no sync', async (code, verdict) => {
    marketo.script(success(written(8)), failure({ code, message: 'secret' }));
    expect(await sync(both(a), known(5, a, b))).toEqual(of({ ...verdict, shared: 3 }));
  });

  it('by an answer for another number of activities leaves them waiting', async () => {
    marketo.script(success(written(8)), success(ok, ok));
    const because = 'Marketo answered for 2 activities when asked for 3';
    expect(await sync(both(a), known(5, a, b))).toEqual(of({ kind: 'retry', because, shared: 3 }));
  });

  it('because Marketo is closed to all says so, and no cookie is tried', async () => {
    const because = 'too many calls in 20 seconds (606)';
    const pending = { kind: 'pending', because };
    marketo.script(success(written(8)), failure({ code: '606', message: '' }));
    const bare = updateOf('c@example.com', {}, { marketoId: 6, cookie: token, activities: [b] });
    expect(await sync({ ...both(a), cookie: token }, known(5, b), bare)).toEqual({
      each: [
        { kind: 'synced', marketoId: 8, activities: [pending], cookie: 'pending' },
        { kind: 'unavailable', because, worked: false },
        { kind: 'unavailable', because, worked: false },
      ],
      unavailable: { kind: 'unavailable', because, worked: false },
    });
    expect(marketo.received()).toHaveLength(2);
  });

  it('by a connection that breaks may have been worked on', async () => {
    marketo.script({
      do: (socket) => {
        socket.destroy();
      },
    });
    expect(await sync(known(5, a))).toMatchObject({
      each: [{ kind: 'unavailable', worked: true }],
      unavailable: { because: 'the connection to Marketo broke (ECONNRESET)' },
    });
  });

  it('for want of a slot leaves them waiting, closes nothing, and costs no other request', async () => {
    marketo.script(success(written(8)));
    const answers = [true, false];
    const mayStart = () => Promise.resolve(answers.shift() ?? false);
    const call = [both(a), known(5, a, b)];
    expect(await marketo.client().sync(call, deadline, mayStart)).toEqual(
      of({ kind: 'pending', because: 'the budget of calls had none left' }),
    );
    expect(marketo.received()).toHaveLength(1);
  });

  it('because it would be larger than Marketo takes is not sent', async () => {
    const large = activityAt(order(0), 'x'.repeat(1_000_000));
    expect(await sync(known(5, large))).toMatchObject({
      each: [{ activities: [{ kind: 'refused', shared: 1 }] }],
    });
    expect(marketo.received()).toHaveLength(0);
  });
});
