import { describe, expect, it } from 'vitest';
import type { Update } from '../../../lambdas/marketo/marketoTypes.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { updateOf } from '../soap/updates.ts';
import { manualDeadline } from '../deadline.ts';
import { failure, now, scriptedMarketo, skipped, success, tokenAnswer } from './scripted.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);
const token = '_mch-example.com-1374552656411-90718';
const written = (id: number) => ({ id, status: 'updated' });
const both = (name: string) =>
  updateOf(`${name}@example.com`, { FirstName: name }, { cookie: token });
const onlyCookie = (marketoId: number): Update =>
  updateOf(`lead${marketoId}@example.com`, {}, { cookie: token, marketoId });
const paths = () => marketo.received().map(({ path }) => path);
const associated = (id: number) =>
  `/rest/v1/leads/${id}/associate.json?cookie=id:561-HYG-937%26token:${token}`;
const sync = (...updates: Update[]) => marketo.client().sync(updates, deadline);

/** How many requests a call makes where all goes well. */
const counted = async (...updates: Update[]): Promise<number> => {
  await sync(...updates);
  return marketo.received().length;
};

describe('a cookie', () => {
  it('is associated with the lead that the upsert answered', async () => {
    marketo.script(success(written(7), written(8)), success());
    const stale = { ...both('b'), marketoId: 6 };
    expect(await sync(updateOf('a@example.com'), stale)).toEqual({
      each: [
        { kind: 'synced', marketoId: 7 },
        { kind: 'synced', marketoId: 8 },
      ],
    });
    expect(paths()).toEqual(['/rest/v1/leads.json', associated(8)]);
    expect(marketo.received()[1]).toMatchObject({
      method: 'POST',
      body: '',
      headers: {
        authorization: 'Bearer t1',
        'content-type': 'application/json',
        'content-length': '0',
      },
    });
  });

  it('of a lead with nothing else to tell needs no upsert', async () => {
    marketo.script(success());
    expect(await sync(onlyCookie(5), onlyCookie(6))).toEqual({
      each: [
        { kind: 'synced', marketoId: 5 },
        { kind: 'synced', marketoId: 6 },
      ],
    });
    expect(paths()).toEqual([associated(5), associated(6)]);
  });

  it('of a lead that Marketo may not have yet comes after an upsert of the e-mail alone', async () => {
    marketo.script(success(written(9)), success());
    await sync(updateOf('new@example.com', {}, { cookie: token }));
    expect(paths()).toEqual(['/rest/v1/leads.json', associated(9)]);
    expect(marketo.received()[0]?.body).toContain('"input":[{"email":"new@example.com"}]');
  });

  it('cannot add anything to the address', async () => {
    marketo.script(success());
    await sync({ ...onlyCookie(5), cookie: '_mch-a&b=c#d/../%26-1-2' });
    expect(paths()).toEqual([
      '/rest/v1/leads/5/associate.json?cookie=id:561-HYG-937%26token:_mch-a%26b%3Dc%23d%2F..%2F%2526-1-2',
    ]);
  });

  it('is not tried for a lead whose record was not written', async () => {
    marketo.script(success(skipped({ code: '1005', message: '' }), written(2)), success());
    expect(await sync(both('a'), both('b'))).toMatchObject({
      each: [{ kind: 'refused' }, { kind: 'synced' }],
    });
    expect(paths()).toEqual(['/rest/v1/leads.json', associated(2)]);
  });

  it('is not tried after an upsert that failed as a whole', async () => {
    marketo.script(failure({ code: '604', message: '' }));
    expect(await sync(both('a'), onlyCookie(5))).toMatchObject({ whole: { kind: 'retry' } });
    expect(marketo.received()).toHaveLength(1);
  });

  it('is given up with a reason where Marketo does not tell the lead’s id', async () => {
    marketo.script(success({ status: 'created' }));
    expect(await sync(both('a'))).toEqual({
      each: [
        {
          kind: 'synced',
          isCreated: true,
          cookie: {
            because:
              'Marketo did not tell the lead’s id, without which its cookie cannot be associated',
          },
        },
      ],
    });
  });
});

describe('the number of requests of a call', () => {
  it.each([
    ['leads without cookies', [updateOf('a@example.com'), updateOf('b@example.com')], 1],
    ['leads with cookies', [both('a'), both('b')], 3],
    ['only cookies', [onlyCookie(1), onlyCookie(2)], 2],
    ['both', [onlyCookie(1), both('a'), updateOf('c@example.com')], 3],
    ['only cookies, one of an e-mail beyond ASCII', [{ ...onlyCookie(1), email: 'ü@x.org' }], 1],
    ['a cookie of a lead that cannot go', [{ ...both('a'), email: 'ü@x.org' }, both('b')], 2],
  ])('with %s is counted beforehand', async (_what, updates, requests) => {
    const writes = updates.filter(
      ({ email, marketoId }) => !email.startsWith('ü') && marketoId === undefined,
    );
    marketo.script(
      ...(writes.length > 0 ? [success(...writes.map((_, index) => written(index + 1)))] : []),
      success(),
    );
    expect(await counted(...updates)).toBe(requests);
  });
});

describe('a cookie of a lead that Marketo has not under this id any more', () => {
  it.each([
    ['1004', 'Marketo does not have this lead any more (1004)'],
    ['610', 'Marketo has nothing at the address: check the REST endpoint in the settings (610)'],
  ])('(%s) waits until the e-mail has found or made the lead', async (code, because) => {
    const complaint = { code, message: '' };
    marketo.script(failure(complaint));
    expect(await sync(onlyCookie(5))).toMatchObject({
      each: [{ kind: 'retry', because, isLeadGone: true }],
    });
    marketo.script(success(written(1)), failure(complaint));
    expect(await sync(both('a'))).toMatchObject({ each: [{ kind: 'synced', cookie: 'pending' }] });
  });
});

describe('a cookie that Marketo refuses', () => {
  it.each([
    ['1012', 'Marketo does not accept the cookie (1012)'],
    ['1006', 'Marketo has no such field (1006)'],
  ])('with %s is rejected, and the fields are synced', async (code, because) => {
    const complaint = { code, message: `Invalid cookie value '${token}'` };
    marketo.script(success(written(1)), failure(complaint));
    expect(await sync(both('a'))).toEqual({
      each: [{ kind: 'synced', marketoId: 1, cookie: { because } }],
    });
    marketo.script(failure(complaint));
    expect(await sync(onlyCookie(5))).toEqual({
      each: [{ kind: 'synced', marketoId: 5, cookie: { because } }],
    });
    marketo.script(success(skipped(complaint)));
    expect(await sync(onlyCookie(5))).toMatchObject({ each: [{ cookie: { because } }] });
  });

  it('keeps no other cookie waiting', async () => {
    marketo.script(failure({ code: '1012', message: '' }), success());
    expect(await sync(onlyCookie(5), onlyCookie(6))).toMatchObject({
      each: [{ cookie: {} }, { kind: 'synced', marketoId: 6 }],
    });
    expect(marketo.received()).toHaveLength(2);
  });

  it('is tried again where the code says so: with the lead’s next fields, or with backoff', async () => {
    const because = 'a resource of Marketo was not there for a moment (713)';
    marketo.script(success(written(1)), failure({ code: '713', message: '' }), success());
    expect(await sync(both('a'), onlyCookie(6))).toEqual({
      each: [
        { kind: 'synced', marketoId: 1, cookie: 'pending' },
        { kind: 'synced', marketoId: 6 },
      ],
    });
    marketo.script(failure({ code: '713', message: '' }));
    expect(await sync(onlyCookie(6))).toEqual({ each: [{ kind: 'retry', because }] });
  });
});

describe('Marketo closing to all after the upsert', () => {
  const pending = (marketoId: number) => ({ kind: 'synced', marketoId, cookie: 'pending' });

  it.each([
    ['throttling', failure({ code: '606', message: '' }), 'too many calls in 20 seconds (606)'],
    [
      'a gateway',
      { status: 503, body: '<html>busy</html>' },
      'Marketo answered HTTP 503 without a JSON answer that we can read',
    ],
    [
      'a broken connection',
      {
        do: (socket: { destroy(): void }) => {
          socket.destroy();
        },
      },
      'the connection to Marketo broke (ECONNRESET)',
    ],
  ])('by %s leaves the fields synced and all cookies pending', async (_how, step, unavailable) => {
    marketo.script(success(written(1), written(2), written(3)), success(), step);
    const call = [both('a'), both('b'), both('c')];
    expect(await sync(...call)).toMatchObject({
      each: [{ kind: 'synced', marketoId: 1 }, pending(2), pending(3)],
      unavailable: { because: unavailable },
    });
    expect(marketo.received()).toHaveLength(3);
  });

  it('by the deadline leaves all cookies pending', async () => {
    const { abortAfter, pass } = manualDeadline();
    marketo.script(success(written(1), written(2)), { do: pass });
    expect(
      await marketo.client({ abortAfter }).sync([both('a'), both('b')], deadline),
    ).toMatchObject({
      each: [pending(1), pending(2)],
      unavailable: { because: 'Marketo did not answer in time' },
    });
  });

  it('is a verdict of its own for leads that only had a cookie to tell', async () => {
    marketo.script(failure({ code: '615', message: '' }));
    const because = 'too many calls at once (615)';
    const closed = { kind: 'unavailable', because, worked: false };
    expect(await sync(onlyCookie(1), onlyCookie(2))).toEqual({
      each: [closed, closed],
      unavailable: closed,
    });
    marketo.script({ status: 502, body: '' });
    expect(await sync(onlyCookie(1), onlyCookie(2))).toMatchObject({
      each: [{ worked: true }, { worked: false }],
    });
  });
});

describe('the leave to start', () => {
  const grants = (count: number) => {
    let left = count;
    return () => Promise.resolve(left-- > 0);
  };

  it('is asked for right before every request, repeated ones included, and for no token', async () => {
    marketo.tokens(tokenAnswer('t1'), tokenAnswer('t2'));
    marketo.script(failure({ code: '602', message: '' }), success(written(1)), success());
    const madeBy: number[] = [];
    const mayStart = () => {
      madeBy.push(marketo.received().length);
      return Promise.resolve(true);
    };
    await marketo.client().sync([both('a')], deadline, mayStart);
    expect(madeBy).toEqual([0, 1, 2]);
    expect(marketo.asked()).toHaveLength(2);
  });

  it('that is not given before the upsert means that nothing was sent', async () => {
    expect(await marketo.client().sync([both('a')], deadline, grants(0))).toEqual({
      whole: {
        kind: 'unavailable',
        because: 'the budget of calls had none left',
        worked: false,
        isUnsent: true,
      },
    });
    expect(marketo.received()).toHaveLength(0);
  });

  it('that ends after the upsert leaves the remaining cookies pending, and closes nothing', async () => {
    marketo.script(success(written(1), written(2)), success());
    const call = [both('a'), onlyCookie(6), both('c')];
    expect(await marketo.client().sync(call, deadline, grants(2))).toEqual({
      each: [
        { kind: 'synced', marketoId: 1 },
        { kind: 'synced', marketoId: 6, cookie: 'pending' },
        { kind: 'synced', marketoId: 2, cookie: 'pending' },
      ],
    });
    expect(marketo.received()).toHaveLength(2);
  });

  it('that was refused once is not asked for again in the same call', async () => {
    marketo.script(success(written(1), written(2)));
    const answers = [true, false, true];
    const mayStart = () => Promise.resolve(answers.shift() ?? true);
    await marketo.client().sync([both('a'), both('b')], deadline, mayStart);
    expect(answers).toEqual([true]);
    expect(marketo.received()).toHaveLength(1);
  });
});
